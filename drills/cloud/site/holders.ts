import type { Place } from '@brume/cloud'
import { waitUntil, type RunningPlatform } from '@brume/testing'
import type { CloudSite } from '@brume/cloud'

/** Places for replicas of the ledger. */
const MOST = 3
const LOOK_MS = 1_000
const LIMIT_MS = 60_000

type LedgerPlace = ReturnType<CloudSite['replica']>

/** The replica of the ledger that sequences most now: it holds a partition of a chain that devices write to. */
export function holderOf(cloud: CloudSite): Promise<LedgerPlace> {
  return waitUntil('a ledger that sequences', async () => {
    const places = Array.from({ length: MOST }, (_, index) => cloud.replica('ledger', index)).filter(({ runs }) => runs)
    const before = await Promise.all(places.map(sequencedBy))
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
    const more = (await Promise.all(places.map(sequencedBy))).map((count, at) => count - (before[at] ?? 0))
    const most = Math.max(...more)
    return most > 0 ? places[more.indexOf(most)] : undefined
  }, { limitMs: LIMIT_MS })
}

/** Entries that the process has sequenced since it started; 0 while it does not answer. */
async function sequencedBy({ part }: Place<RunningPlatform, never>): Promise<number> {
  const text = await fetch(`${part.url}/metrics`, { signal: AbortSignal.timeout(5_000) }).then((answer) => answer.text(), () => '')
  return Number(/^brume_sequence_batch_entries_sum (\S+)$/m.exec(text)?.[1] ?? 0)
}

/** The epoch of each partition of `entries`, as the database has it: whoever takes a partition raises it. */
export async function epochsOf(cloud: CloudSite): Promise<ReadonlyMap<number, number>> {
  const rows = await cloud.database.part.superuser('brume', "SELECT partition, epoch FROM ledger_log_offsets WHERE topic = 'entries' ORDER BY partition")
  return new Map(rows.split('\n').filter(Boolean).map((row) => row.split('|').map(Number)).map(([partition = 0, epoch = 0]) => [partition, epoch]))
}

/** Partitions whose epoch is higher than it was, such as `entries/1 (3 → 4)`. */
export function raisedEpochs(before: ReadonlyMap<number, number>, after: ReadonlyMap<number, number>): string[] {
  return [...after].filter(([partition, epoch]) => epoch > (before.get(partition) ?? 0)).map(([partition, epoch]) => `entries/${partition} (${before.get(partition) ?? 0} → ${epoch})`)
}

/** Waits until somebody has taken a partition anew. */
export function epochRaised(cloud: CloudSite, before: ReadonlyMap<number, number>, limitMs = LIMIT_MS): Promise<string> {
  return waitUntil('a partition is taken by another ledger', async () => raisedEpochs(before, await epochsOf(cloud)).join(', ') || undefined, { limitMs, everyMs: 250 })
}
