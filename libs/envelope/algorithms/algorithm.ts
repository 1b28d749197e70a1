import type { EnvelopeRefusal } from '../refusal.ts'

/** `Ed25519` is the fully specified name of what `EdDSA` means here (RFC 9864 section 2.2); a key may sign under either. */
export type Alg = 'EdDSA' | 'Ed25519' | 'ES256'

export interface Ed25519Jwk {
  kty: 'OKP'
  crv: 'Ed25519'
  x: string
}
export interface P256Jwk {
  kty: 'EC'
  crv: 'P-256'
  x: string
  y: string
}
/** Public members only, each canonical base64url. */
export type PublicJwk = Ed25519Jwk | P256Jwk
export type PrivateJwk = PublicJwk & { d: string }

/** A public key that was checked: the curve holds the point, and no other spelling of it was accepted. */
export interface PublicKey {
  family: AlgorithmFamily['name']
  jwk: PublicJwk
  /** What native engines take: 32 bytes (RFC 8032) or 65 (SEC 1 uncompressed point). */
  bytes: Uint8Array<ArrayBuffer>
}

export type Sign = (signingInput: Uint8Array) => Promise<Uint8Array>
export type Verify = (signature: Uint8Array, signingInput: Uint8Array) => Promise<boolean>

/** One kind of key with everything that depends on it. A later algorithm is one more file that exports one of these, and one more line in `index.ts`. */
export interface AlgorithmFamily {
  name: 'ed25519' | 'p256'
  algs: readonly [Alg, ...Alg[]]
  kty: PublicJwk['kty']
  crv: PublicJwk['crv']
  signatureBytes: number
  /** The form of a signature of the right length, judged without the key: one signature must not have a second valid spelling. */
  refuseSignature(signature: Uint8Array): EnvelopeRefusal | undefined
  /** The key, or in words what is wrong with it. */
  readPublicKey(members: Record<string, unknown>): PublicKey | string
  importPublic(jwk: PublicJwk): Promise<Verify>
  importPrivate(jwk: PrivateJwk): Promise<Sign>
  generate(): Promise<{ publicJwk: PublicJwk; privateJwk: PrivateJwk }>
}
