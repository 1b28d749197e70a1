import type { EntryFlag } from '@brume/proof'

export const findingCodes = [
  'checkpoint-malformed',
  'checkpoint-signature',
  'bundle-missing',
  'bundle-malformed',
  'root-differs',
  'tile-missing',
  'tile-differs',
  'entry-malformed',
  'entry-other-chain',
  'entry-twice',
  'entry-signature',
  'entry-key-unknown',
  'control-signature',
  'control-payload',
  'control-consent',
  'binding-changes-key',
  'network',
  'event-malformed',
  'event-mixed',
  'anchor-order',
  'anchor-differs',
  'anchor-beyond-checkpoint',
  'anchor-missing',
  'record-order',
  'record-differs',
  'record-beyond-checkpoint',
  'record-missing',
] as const

export type FindingCode = (typeof findingCodes)[number]

/** Something that an honest ledger never shows. */
export interface Finding {
  code: FindingCode
  /** Such as `entry 17` or `tile/0/000`. */
  where: string
  /** One plain sentence for a person. */
  detail: string
}

/** The first hundred are kept, all are counted: one wrong tile can have many consequences. */
export class Findings {
  static readonly KEPT = 100
  readonly kept: Finding[] = []
  total = 0

  add(code: FindingCode, where: string, detail: string): void {
    this.total++
    if (this.kept.length < Findings.KEPT) this.kept.push({ code, where, detail })
  }
}

export interface EntryCounts {
  entries: number
  readings: number
  bindings: number
  keys: number
  statuses: number
  devices: number
  /** Values of `seq` that no entry has, between the lowest and the highest of each device and epoch. */
  gaps: number
}

export interface FsckReport {
  /** No findings. Flags are no findings: an honest ledger records what its devices did. */
  ok: boolean
  origin: string
  /** Of the published checkpoint. */
  size: number
  /** base64url; of the tree that was rebuilt. Absent when it could not be. */
  root?: string
  /** As the events on the chain show it; absent while there are none. */
  writeMode?: 'batched' | 'direct'
  counts: EntryCounts & { tiles: number; anchors: number; records: number }
  flags: Record<EntryFlag, number>
  findings: readonly Finding[]
  findingsTotal: number
  /** What was taken on trust. */
  notes: readonly string[]
}
