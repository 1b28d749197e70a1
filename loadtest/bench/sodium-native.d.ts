/** The few functions that are used; sodium-native has no types of its own. */
declare module 'sodium-native' {
  const sodium: {
    crypto_sign_keypair(publicKey: Buffer, secretKey: Buffer): void
    crypto_sign_detached(signature: Buffer, message: Buffer, secretKey: Buffer): void
    crypto_sign_verify_detached(signature: Buffer, message: Buffer, publicKey: Buffer): boolean
  }
  export default sodium
}
