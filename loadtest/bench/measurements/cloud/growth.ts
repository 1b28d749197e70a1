import type { Measurement } from '../../measurement.ts'
import type { PartsCpu } from '../../probes/partsCpu.ts'
import { storedBytes, type StoredBytes } from '../../probes/storedBytes.ts'
import { atMost, reported, type Row } from '../../row.ts'
import { CloudBenchSite } from '../../site/cloudBenchSite.ts'
import { FILLED_PARTITIONS } from '../../site/filler.ts'
import { count, GrowingLedger, type Sizes } from '../../site/growingLedger.ts'
import type { LoadRound } from '../../site/loadRound.ts'
import { median } from '../../statistics.ts'
import { rowNames } from './rowNames.ts'

const ASKED_ABOUT = 5_000_000

/**
 * Cost of a reading at ledger sizes 100,000 and 5,000,000 (see GrowingLedger): CPU of the three services, the broker and the database together, because what
 * grows with the ledger is the database's. The time of a proof from PostgreSQL there, and what an entry takes on the disks.
 */
export const growth: Measurement = {
  name: 'growth',
  what: 'cost at 5,000,000 entries against 100,000; proofs there',
  async measure(context) {
    const sizes: Sizes = context.quick ? { small: 5_000, large: 20_000, round: 1_000 } : { small: 100_000, large: context.entries ?? ASKED_ABOUT, round: 20_000 }
    await using site = await CloudBenchSite.start(context.folder, { ...context, partitions: FILLED_PARTITIONS })
    const ledger = await GrowingLedger.open(site, sizes.round, context)
    const atSmall = await ledger.costAt(sizes.small, sizes.round)
    const before = { entries: await ledger.size, bytes: await storedBytes(site) }
    const atLarge = await ledger.costAt(sizes.large, sizes.round)
    const after = { entries: await ledger.size, bytes: await storedBytes(site) }
    return [...costRows(sizes, atSmall, atLarge), ...proofRows(sizes, await ledger.proofTimes(atLarge)), ...bytesRows(before, after)]
  },
}

function costRows(sizes: Sizes, atSmall: readonly LoadRound[], atLarge: readonly LoadRound[]): Row[] {
  const name = `cost at ${count(sizes.large)} entries over cost at ${count(sizes.small)}`
  const value = median(atLarge.map(costOf)) / median(atSmall.map(costOf))
  return [...partRows(sizes.small, atSmall), ...partRows(sizes.large, atLarge), atMost(1.6, { name, value, unit: '×', note: `services, broker and database together${remark(sizes)}` })]
}

function partRows(size: number, rounds: readonly LoadRound[]): Row[] {
  const row = (part: keyof PartsCpu): Row => reported({ name: `CPU per reading at ${count(size)} entries, ${part}`, value: rounds.map(({ partsUs }) => partsUs[part]), unit: 'µs' })
  return [row('services'), row('broker'), row('database')]
}

function costOf({ partsUs: { services, broker, database } }: LoadRound): number {
  return services + broker + database
}

function proofRows(sizes: Sizes, { madeMs, verifiedMs }: { readonly madeMs: readonly number[]; readonly verifiedMs: readonly number[] }): Row[] {
  return [
    atMost(10, { name: `a proof is made, ledger of ${count(sizes.large)}, p50`, value: median(madeMs), unit: 'ms', note: `HTTP GET through the edge, one at a time, ${madeMs.length} leaves${remark(sizes)}` }),
    reported({ name: 'a proof is verified, p50', value: median(verifiedMs), unit: 'ms', note: `parsed and verified by @brume/proof, ${verifiedMs.length} proofs` }),
  ]
}

function remark({ large }: Sizes): string {
  return large < ASKED_ABOUT ? `; asked about ${count(ASKED_ABOUT)} entries` : ''
}

interface Stored {
  readonly entries: number
  readonly bytes: StoredBytes
}

function bytesRows(before: Stored, after: Stored): Row[] {
  const row = (name: string, of: (bytes: StoredBytes) => number, note: string): Row =>
    reported({ name, value: (of(after.bytes) - of(before.bytes)) / (after.entries - before.entries), unit: 'bytes', note })
  return [
    row(rowNames.logBytes, ({ log }) => log, 'one copy'),
    row(rowNames.databaseBytes, ({ database }) => database, 'tables and indexes, as autovacuum leaves them'),
    row(rowNames.walBytes, ({ walWritten }) => walWritten, 'written once, and sent to each standby'),
  ]
}
