import { hash } from 'node:crypto'
import type { Sha256 } from '@brume/merkle'
import sodium from 'sodium-native'

/** Up to two blocks the call costs more than the hashing: libsodium's is the cheaper call, OpenSSL's the faster hash. */
const SHORT_BYTES = 128

/** SHA-256 of native code: three times as fast as the portable one of the pure libraries. */
export const nativeSha256: Sha256 = (data) => (data.length <= SHORT_BYTES ? short(data) : hash('sha256', data, 'buffer'))

function short(data: Uint8Array): Uint8Array {
  const digest = Buffer.allocUnsafe(sodium.crypto_hash_sha256_BYTES)
  sodium.crypto_hash_sha256(digest, data)
  return digest
}
