/** sodium-native ships no types; the one call that the worker makes (libsodium's crypto_sign_detached family). */
declare module 'sodium-native' {
  const sodium: { crypto_sign_verify_detached(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean }
  export default sodium
}
