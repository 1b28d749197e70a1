import { createHash } from 'node:crypto'
import { ENTRIES } from '@brume/event-log'
import type { Append, LedgerStore, NewEntry } from '../ledgerStore.ts'

export const CHAIN = 1
export const OTHER_CHAIN = 2
export const START_MS = 1_700_000_000_000

/** An append to partition 0 that takes the one record at `first`, and what else is said. */
export function appendOf(parts: Partial<Append> & Pick<Append, 'epoch' | 'first'>): Append {
  return { topic: ENTRIES, partition: 0, next: parts.first + 1, entries: [], identities: [], tiles: [], edges: [], devices: [], outbox: [], ...parts }
}

export function entryOf(chainNo: number, index: number, parts: Partial<NewEntry> = {}): NewEntry {
  const envelope = Buffer.from(`entry ${index} of chain ${chainNo}`)
  return { chainNo, index, envelope, leafHash: sha256(envelope), flags: 0, acceptedAtMs: START_MS + index, ...parts }
}

/** As the sequencer hands it over: entries come with the edges of their trees. */
export function withEntries(entries: NewEntry[]): Pick<Append, 'entries' | 'edges'> {
  const sizes = new Map(entries.map(({ chainNo, index }) => [chainNo, index + 1]))
  return { entries, edges: [...sizes].map(([chainNo, size]) => ({ chainNo, size, edge: edgeOf(chainNo, size) })) }
}

/** Stands for the bytes of a TreeEdge; the store does not look into them. */
export function edgeOf(chainNo: number, size: number): Uint8Array {
  return sha256(Buffer.from(`edge of chain ${chainNo} at ${size}`))
}

export function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest()
}

/** Takes partition 0 and appends at the position where it stands. */
export async function appendNext(store: LedgerStore, parts: Partial<Append>): Promise<void> {
  const { next, epoch } = await store.take(ENTRIES, 0)
  await store.append(appendOf({ ...parts, epoch, first: next }))
}
