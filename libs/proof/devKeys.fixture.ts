import type { PrivateJwk, PublicJwk, Signer } from '@brume/envelope'
import { encodeBase64url, signerFromPrivateJwk } from '@brume/envelope'
import { ed25519 } from '@noble/curves/ed25519.js'
import { p256 } from '@noble/curves/nist.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'

export interface DevKey {
  jwk: PublicJwk
  signer: Signer
  secret: Uint8Array
}

export type DevAlg = 'EdDSA' | 'ES256'

/** A key made from its label, so that golden files come out the same each time. Never a key for anything real. */
export async function devKey(label: string, kid: string, alg: DevAlg = 'EdDSA'): Promise<DevKey> {
  const secret = sha256(utf8ToBytes(`brume dev key ${label}`))
  const jwk = alg === 'EdDSA' ? ed25519Jwk(secret) : p256Jwk(secret)
  const privateJwk: PrivateJwk = { ...jwk, d: encodeBase64url(secret) }
  return { jwk, secret, signer: await signerFromPrivateJwk(privateJwk, kid) }
}

function ed25519Jwk(secret: Uint8Array): PublicJwk {
  return { kty: 'OKP', crv: 'Ed25519', x: encodeBase64url(ed25519.getPublicKey(secret)) }
}

function p256Jwk(secret: Uint8Array): PublicJwk {
  const point = p256.getPublicKey(secret, false)
  return { kty: 'EC', crv: 'P-256', x: encodeBase64url(point.subarray(1, 33)), y: encodeBase64url(point.subarray(33)) }
}

/** UUIDv7 in form, counted in its last digits. */
export function devId(kind: 'c' | 'd' | 'e', number: number): string {
  return `0199c0de-0000-7000-8000-${kind}${number.toString(16).padStart(11, '0')}`
}
