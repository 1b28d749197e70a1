import type { PublicJwk } from './algorithms/algorithm.ts'
import { familyOfKey, keyFitsAlg } from './algorithms/index.ts'
import type { CompactJws } from './compactJws.ts'

export type JwsVerifier = (jws: CompactJws) => Promise<boolean>

/** Imports the key once, for callers with many envelopes of one device. `jwk` comes from `parsePublicJwk`. */
export async function jwsVerifier(jwk: PublicJwk): Promise<JwsVerifier> {
  const family = familyOfKey(jwk)
  if (!family) throw new TypeError('the key is of no known family; parsePublicJwk refuses it')
  const verify = await family.importPublic(jwk)
  return async (jws) => keyFitsAlg(jws.header.alg, jwk) && verify(jws.signature, jws.signingInput)
}

/** By WebCrypto, so also in a browser. False where `alg` is not one of the key's (RFC 8725 section 3.1). */
export async function verifyJws(jws: CompactJws, jwk: PublicJwk): Promise<boolean> {
  const verify = await jwsVerifier(jwk)
  return verify(jws)
}
