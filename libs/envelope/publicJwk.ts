import type { PublicKey } from './algorithms/algorithm.ts'
import { familyOfKey } from './algorithms/index.ts'
import type { Checked } from './refusal.ts'
import { refuse } from './refusal.ts'

/** RFC 7518 sections 6.2.2, 6.3.2 and 6.4.1, RFC 8037 section 2. */
const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'] as const

/**
 * A device's public key from outside. The result has the public members only, in one spelling. About a millisecond for Ed25519, where the order of
 * the point is checked: parse where a key enters, then keep the result.
 */
export function parsePublicJwk(value: unknown): Checked<PublicKey> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse('bad-jwk', 'a JWK is a JSON object')
  const members: Record<string, unknown> = { ...value }
  const secret = privateMembers.find((member) => Object.hasOwn(members, member))
  if (secret) return refuse('bad-jwk', `the JWK has the private member ${secret}; make a new key, this one is no secret any more`)
  const family = familyOfKey(members)
  if (!family) return refuse('bad-jwk', 'kty and crv must be OKP and Ed25519, or EC and P-256')
  const key = family.readPublicKey(members)
  return typeof key === 'string' ? refuse('bad-jwk', key) : { ok: true, value: key }
}
