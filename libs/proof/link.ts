/** The links of the two kinds of proof, in the order in which a reader thinks of them. */
export const provableLinks = ['signature', 'binding', 'inclusion', 'checkpoint', 'anchor', 'record', 'receipt', 'block'] as const

/** A link that a trust file may require. */
export type ProvableLink = (typeof provableLinks)[number]

/** `network` and `hints` are reported, and can be refused; no proof can show more about them. */
export type LinkName = ProvableLink | 'network' | 'hints'

/**
 * - `verified`: shown by the proof under the trust that was given.
 * - `taken-on-trust`: the trust file says so, and nothing here can show it.
 * - `not-checked`: what would be needed to check it is not at hand.
 * - `refused`: it was checked and is wrong.
 */
export type LinkState = 'verified' | 'taken-on-trust' | 'not-checked' | 'refused'

export interface Link {
  name: LinkName
  state: LinkState
  /** One plain sentence for a person. */
  reason: string
}

export function link(name: LinkName, state: LinkState, reason: string): Link {
  return { name, state, reason }
}

/** `refused` with the problem, or `verified` when there is none. */
export function judged(name: LinkName, problem: string | undefined, verified: string): Link {
  return problem === undefined ? link(name, 'verified', verified) : link(name, 'refused', problem)
}

const byWeight: readonly LinkState[] = ['refused', 'not-checked', 'taken-on-trust', 'verified']

/** Of several findings about one link the worst one stands for all. */
export function worst(links: readonly [Link, ...Link[]]): Link {
  return links.reduce((found, next) => (byWeight.indexOf(next.state) < byWeight.indexOf(found.state) ? next : found))
}
