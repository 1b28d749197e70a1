import { createHash } from 'node:crypto'
import type { PrivateJwk } from '@brume/envelope'
import sodium from 'sodium-native'

/** A device whose readings are signed in advance: what a load generator needs, so that signing does not take the server's share of the cores. */
export interface PoolDevice {
  readonly chain: string
  readonly device: string
  /** Default 1. */
  readonly keyNumber?: number
  /** Ed25519. */
  readonly privateJwk: PrivateJwk
}

export interface SignedReading {
  readonly envelope: string
  /** base64url. */
  readonly leafHash: string
}

/** About 40 µs a reading; libsodium is twice as fast as WebCrypto, and @brume/envelope's own signing cannot use it in a browser. */
export class ReadingPool {
  readonly #secretKey = Buffer.alloc(64)
  readonly #signature = Buffer.alloc(64)
  readonly #headerStart: string
  #seq = 0
  #prv: string | undefined

  constructor({ chain, device, keyNumber = 1, privateJwk }: PoolDevice) {
    if (privateJwk.kty !== 'OKP') throw new TypeError('the pool signs with Ed25519 keys')
    sodium.crypto_sign_seed_keypair(Buffer.alloc(32), this.#secretKey, Buffer.from(privateJwk.d, 'base64url'))
    this.#headerStart = `{"alg":"EdDSA","typ":"brume-reading","kid":"${device}#${keyNumber}","cty":"application/senml+json","chain":"${chain}"`
  }

  /** The next one in the device's order. `iat`: seconds since 1970. */
  next(payload: Uint8Array, iat: number): SignedReading {
    const prv = this.#prv === undefined ? '' : `,"prv":"${this.#prv}"`
    const header = `${this.#headerStart},"seq":${this.#seq},"iat":${iat}${prv}}`
    const signingInput = `${Buffer.from(header).toString('base64url')}.${Buffer.from(payload).toString('base64url')}`
    sodium.crypto_sign_detached(this.#signature, Buffer.from(signingInput, 'latin1'), this.#secretKey)
    const envelope = `${signingInput}.${this.#signature.toString('base64url')}`
    this.#seq += 1
    this.#prv = leafHashOf(envelope)
    return { envelope, leafHash: this.#prv }
  }

  take(count: number, payloadOf: (at: number) => Uint8Array, iat: number): SignedReading[] {
    return Array.from({ length: count }, (_, at) => this.next(payloadOf(at), iat))
  }
}

/** RFC 9162 section 2.1.1, in base64url. */
export function leafHashOf(envelope: string): string {
  return createHash('sha256').update('\u0000').update(envelope, 'latin1').digest('base64url')
}

/** SenML of exactly `lengthBytes` (at least 64), different for each `at`: a name is stretched with letters. */
export function samplePayload(at: number, lengthBytes = 150): Uint8Array {
  const around = JSON.stringify([{ n: 'temperature', u: 'Cel', v: (at % 1_000) / 10, t: 1_262_304_000 + at }])
  const stretch = Math.max(0, lengthBytes - around.length)
  return Buffer.from(around.replace('"n":"temperature', `"n":"temperature${'x'.repeat(stretch)}`))
}
