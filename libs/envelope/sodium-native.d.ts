/** sodium-native ships no types; what the tests here use. */
declare module 'sodium-native' {
  const sodium: { crypto_sign_verify_detached(signature: Buffer, message: Buffer, publicKey: Buffer): boolean }
  export default sodium
}
