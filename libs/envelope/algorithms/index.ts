import type { Alg, AlgorithmFamily, PublicJwk } from './algorithm.ts'
import { ed25519Family } from './ed25519.ts'
import { es256Family } from './es256.ts'

const families: readonly AlgorithmFamily[] = [ed25519Family, es256Family]

/** Every `alg` that an envelope may name, and the only place that knows them all. */
const byAlg = new Map<unknown, AlgorithmFamily>(families.flatMap((family) => family.algs.map((alg) => [alg, family] as const)))

/** Nothing for what Brume does not know, above all `none` and the HMACs (RFC 8725 sections 2.1 and 3.1). */
export function familyOfAlg(alg: unknown): AlgorithmFamily | undefined {
  return byAlg.get(alg)
}

export function familyOfKey(key: { kty?: unknown; crv?: unknown }): AlgorithmFamily | undefined {
  return families.find((family) => family.kty === key.kty && family.crv === key.crv)
}

export function isAlg(value: unknown): value is Alg {
  return byAlg.has(value)
}

/** RFC 8725 section 3.1: the key decides which algorithms may be used with it, never the header alone. */
export function keyFitsAlg(alg: Alg, key: PublicJwk): boolean {
  return familyOfAlg(alg) === familyOfKey(key)
}
