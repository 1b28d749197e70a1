/** WebCrypto takes no view on shared memory (W3C WebCrypto: BufferSource is without [AllowShared]); such bytes are copied, all others passed as they are. */
export function webCryptoBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return isUnshared(bytes) ? bytes : new Uint8Array(bytes)
}

function isUnshared(bytes: Uint8Array): bytes is Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer
}
