import sodium from 'sodium-native'

/**
 * Ed25519 (RFC 8032) by libsodium: synchronous, and twice as fast as node:crypto, which decides what a reading costs.
 * libsodium also refuses small-order keys and non-canonical points and scalars.
 */
export interface Ed25519Pair {
  readonly publicKey: Uint8Array
  /** Seed and public key together (64 bytes), as libsodium wants it. */
  readonly secretKey: Uint8Array
}

export const seedBytes = 32
export const signatureBytes = 64

export function pairOfSeed(seed: Uint8Array): Ed25519Pair {
  const publicKey = new Uint8Array(32)
  const secretKey = new Uint8Array(64)
  sodium.crypto_sign_seed_keypair(publicKey, secretKey, seed)
  return { publicKey, secretKey }
}

export function signEd25519(message: Uint8Array, secretKey: Uint8Array): Uint8Array {
  const signature = new Uint8Array(signatureBytes)
  sodium.crypto_sign_detached(signature, message, secretKey)
  return signature
}

/** False for a signature or key of another length too: both come from outside, and libsodium throws on them. */
export function verifyEd25519(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
  if (signature.length !== signatureBytes || publicKey.length !== 32) return false
  return sodium.crypto_sign_verify_detached(signature, message, publicKey)
}
