import type { PublicJwk } from './algorithms/algorithm.ts'

/** Canonical spelling makes text comparison a comparison of keys. */
export function samePublicJwk(a: PublicJwk, b: PublicJwk): boolean {
  return a.kty === b.kty && a.crv === b.crv && a.x === b.x && (a.kty === 'EC' ? a.y : '') === (b.kty === 'EC' ? b.y : '')
}
