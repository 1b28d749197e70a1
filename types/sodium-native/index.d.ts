/** sodium-native ships no types; these are the calls that Brume makes. Names and argument orders are libsodium's. */
declare module 'sodium-native' {
  const sodium: {
    readonly crypto_hash_sha256_BYTES: 32
    crypto_hash_sha256(digest: Uint8Array, data: Uint8Array): void
    crypto_sign_keypair(publicKey: Uint8Array, secretKey: Uint8Array): void
    crypto_sign_seed_keypair(publicKey: Uint8Array, secretKey: Uint8Array, seed: Uint8Array): void
    crypto_sign_detached(signature: Uint8Array, message: Uint8Array, secretKey: Uint8Array): void
    crypto_sign_verify_detached(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean
  }
  export default sodium
}
