import type { PublicJwk } from './algorithms/algorithm.ts'
import { encodeBase64url } from './base64url.ts'

/** RFC 7638 section 3 with SHA-256: the required members in lexicographic order, for OKP as RFC 8037 section 2 lists them. */
export async function jwkThumbprint(jwk: PublicJwk): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(requiredMembers(jwk)))
  return encodeBase64url(new Uint8Array(digest))
}

function requiredMembers(jwk: PublicJwk): string {
  const { kty, crv, x } = jwk
  return JSON.stringify(jwk.kty === 'EC' ? { crv, kty, x, y: jwk.y } : { crv, kty, x })
}
