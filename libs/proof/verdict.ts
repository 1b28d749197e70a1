import type { Link, ProvableLink } from './link.ts'
import type { Proof } from './proof.ts'
import type { Trust } from './trust.ts'

/** What the reading says of itself. */
export interface ProvenReading {
  device: string
  keyNumber: number
  epoch: number
  seq: number
  /** Seconds since 1970 by the device's own clock. */
  iat: number
  /** base64url. */
  leafHash: string
  /** In the ledger; absent where the proof does not get that far. */
  index?: number
}

/** The block that records it. */
export interface RecordingBlock {
  number: number
  /** RFC 3339; by the clock of the block's maker. */
  time: string
  hash: string
}

export interface Verdict {
  /** Every required link is verified, and none is refused. */
  ok: boolean
  writeMode: Proof['writeMode']
  links: readonly Link[]
  /** Required links that are not verified. */
  unmet: readonly ProvableLink[]
  /** True only as far as the links say. */
  reading?: ProvenReading
  block?: RecordingBlock
  /** What no proof can show, or what this one leaves open: plain sentences. */
  caveats: readonly string[]
}

const linksOf = {
  batched: ['signature', 'binding', 'inclusion', 'checkpoint', 'anchor', 'receipt'],
  direct: ['signature', 'binding', 'record', 'receipt'],
} as const satisfies Record<Proof['writeMode'], readonly ProvableLink[]>

/** What must be verified under this trust. A link that the kind of proof does not have can be required too: then that kind is not good enough. */
export function requiredLinks(writeMode: Proof['writeMode'], { require, chain }: Trust): readonly ProvableLink[] {
  return require ?? [...linksOf[writeMode], ...(chain.blocks.length > 0 ? (['block'] as const) : [])]
}

export function judge(finding: Omit<Verdict, 'ok' | 'unmet'>, trust: Trust): Verdict {
  const verified = new Set(finding.links.filter(({ state }) => state === 'verified').map(({ name }) => name))
  const unmet = requiredLinks(finding.writeMode, trust).filter((name) => !verified.has(name))
  const refused = finding.links.some(({ state }) => state === 'refused')
  return { ok: unmet.length === 0 && !refused, ...finding, unmet }
}
