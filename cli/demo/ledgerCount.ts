import type { BrumeClient, ChainResource } from '@brume/client'
import type { Promised } from './replay.ts'

const ANCHOR_LIMIT_MS = 120_000

export interface LedgerCount {
  /** Of the promised readings, those that the ledger has exactly once. */
  readonly inLedger: number
  /** Of these, those in a final block. */
  readonly anchored: number
}

/** Each device's readings stand in its order, so the last one of each is the last to be anchored. */
export async function waitForAnchors(client: BrumeClient, chain: ChainResource, promised: Promised): Promise<void> {
  const last = new Map(promised.map(({ station, leafHash }) => [station, leafHash]))
  await Promise.all([...last.values()].map((leafHash) => client.waitForAnchor(chain.id, leafHash, { limitMs: ANCHOR_LIMIT_MS, everyMs: 250 })))
}

/** Reads the whole ledger and looks for what was promised, leaf by leaf. */
export async function countInLedger(client: BrumeClient, chain: ChainResource, promised: Promised): Promise<LedgerCount> {
  const states = new Map<string, string[]>()
  for await (const { leafHash, state } of client.entries(chain.id, { limit: 1_000 })) states.set(leafHash, [...(states.get(leafHash) ?? []), state])
  const found = [...new Set(promised.map(({ leafHash }) => leafHash))].map((leafHash) => states.get(leafHash) ?? []).filter((times) => times.length === 1)
  return { inLedger: found.length, anchored: found.filter(([state]) => state === 'anchored').length }
}
