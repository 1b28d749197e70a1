import type { KeyObject } from 'node:crypto'
import { createPrivateKey } from 'node:crypto'
import type { RandomBytes } from '@brume/config'
import { systemRandom } from '@brume/config'
import { pairOfSeed, seedBytes, signEd25519 } from './ed25519.ts'
import type { Kek } from './kek.ts'

/** RFC 8037 public key. */
export interface Ed25519PublicJwk {
  readonly kty: 'OKP'
  readonly crv: 'Ed25519'
  readonly x: string
  readonly kid: string
  readonly alg: 'EdDSA'
  readonly use: 'sig'
}

/** One of the platform's own Ed25519 keys (tokens, promises, platform entries, a ledger's checkpoints). The private part never leaves it unsealed. */
export class SigningKey {
  readonly kid: string
  /** 32 bytes. */
  readonly publicKey: Uint8Array
  readonly publicJwk: Ed25519PublicJwk
  readonly #seed: Uint8Array
  readonly #secretKey: Uint8Array

  private constructor(kid: string, seed: Uint8Array) {
    const pair = pairOfSeed(seed)
    this.kid = kid
    this.publicKey = pair.publicKey
    this.publicJwk = { kty: 'OKP', crv: 'Ed25519', x: base64url(pair.publicKey), kid, alg: 'EdDSA', use: 'sig' }
    this.#seed = seed
    this.#secretKey = pair.secretKey
  }

  static generate(kid: string, random: RandomBytes = systemRandom): SigningKey {
    return new SigningKey(kid, random(seedBytes))
  }

  /** Throws a `KekError` for another KEK, altered bytes, or a key that was sealed under another kid. */
  static open(kid: string, sealed: Uint8Array, kek: Kek): SigningKey {
    return new SigningKey(kid, kek.open(sealed, aadOf(kid)))
  }

  seal(kek: Kek): Uint8Array {
    return kek.seal(this.#seed, aadOf(this.kid))
  }

  /** 64 bytes. Synchronous: about 30 µs, less than a hop to a thread pool. */
  sign(message: Uint8Array): Uint8Array {
    return signEd25519(message, this.#secretKey)
  }

  /** For jose, which signs with a key object only. */
  toKeyObject(): KeyObject {
    const { kty, crv, x } = this.publicJwk
    return createPrivateKey({ format: 'jwk', key: { kty, crv, x, d: base64url(this.#seed) } })
  }

  /** A key that is logged or put into JSON by mistake shows its public half. */
  toJSON(): Ed25519PublicJwk {
    return this.publicJwk
  }
}

function aadOf(kid: string): string {
  return `brume signing key ${kid}`
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url')
}
