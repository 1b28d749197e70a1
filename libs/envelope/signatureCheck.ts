import type { AlgorithmFamily, PublicKey } from './algorithms/algorithm.ts'
import { keyFitsAlg } from './algorithms/index.ts'
import type { CompactJws } from './compactJws.ts'

/** All that an engine of its own (libsodium in a worker, say) needs; plain views, so it can be posted to a thread. */
export interface SignatureCheck {
  family: AlgorithmFamily['name']
  /** Ed25519: 32 bytes. P-256: 65 bytes, SEC 1 uncompressed. */
  key: Uint8Array
  /** 64 bytes: R || S (RFC 8032), or r || s (RFC 7518 section 3.4). */
  signature: Uint8Array
  signingInput: Uint8Array
}

/** Nothing where `alg` is not one of the key's: then the signature is wrong without a look at it. */
export function signatureCheck(jws: CompactJws, key: PublicKey): SignatureCheck | undefined {
  if (!keyFitsAlg(jws.header.alg, key.jwk)) return undefined
  return { family: key.family, key: key.bytes, signature: jws.signature, signingInput: jws.signingInput }
}
