import type { Measurement } from '../../measurement.ts'
import type { PartsCpu } from '../../probes/partsCpu.ts'
import { atMost, reported, type Row } from '../../row.ts'
import { CloudBenchSite } from '../../site/cloudBenchSite.ts'
import { FILLED_PARTITIONS } from '../../site/filler.ts'
import { count, measureGrowth, type Growth, type Sizes } from '../../site/ledgerGrowth.ts'
import { median } from '../../statistics.ts'
import type { LoadRound } from '../../site/loadRound.ts'

const ASKED_ABOUT = 5_000_000

/**
 * Cost of a reading at ledger sizes 100,000 and 5,000,000: CPU of the three services, the broker and the database together, because what grows with
 * the ledger is the database's. And the time of a proof from PostgreSQL there. See measureGrowth for how.
 */
export const growth: Measurement = {
  name: 'growth',
  what: 'cost at 5,000,000 entries against 100,000; proofs there',
  async measure(context) {
    const sizes: Sizes = context.quick ? { small: 5_000, large: 20_000, round: 1_000 } : { small: 100_000, large: context.entries ?? ASKED_ABOUT, round: 20_000 }
    await using site = await CloudBenchSite.start(context.folder, { ...context, partitions: FILLED_PARTITIONS })
    let before: { readonly entries: number; readonly bytes: StoredBytes } | undefined
    const look = async () => ({ entries: await site.entries(), bytes: await storedBytes(site) })
    const grown = await measureGrowth(site, sizes, context, async () => void (before = await look()))
    const after = await look()
    return [...rowsOf(grown, sizes), ...(before ? bytesRows(before, after) : [])]
  },
}

function rowsOf({ atSmall, atLarge, madeMs, verifiedMs }: Growth, sizes: Sizes): Row[] {
  const [small, large] = [count(sizes.small), count(sizes.large)]
  const remark = sizes.large < ASKED_ABOUT ? `; asked about ${count(ASKED_ABOUT)} entries` : ''
  const ratio = median(atLarge.map(costOf)) / median(atSmall.map(costOf))
  return [
    ...costRows(small, atSmall),
    ...costRows(large, atLarge),
    atMost(1.6, { name: `cost at ${large} entries over cost at ${small}`, value: ratio, unit: '×', note: `services, broker and database together${remark}` }),
    atMost(10, { name: `a proof is made, ledger of ${large}, p50`, value: median(madeMs), unit: 'ms', note: `HTTP GET through the edge, one at a time, ${madeMs.length} leaves${remark}` }),
    reported({ name: 'a proof is verified, p50', value: median(verifiedMs), unit: 'ms', note: `parsed and verified by @brume/proof, ${verifiedMs.length} proofs` }),
  ]
}

function costRows(size: string, rounds: readonly LoadRound[]): Row[] {
  const row = (what: string, part: keyof PartsCpu): Row => reported({ name: `CPU per reading at ${size} entries, ${what}`, value: rounds.map(({ partsUs }) => partsUs[part]), unit: 'µs' })
  return [row('services', 'services'), row('broker', 'broker'), row('database', 'database')]
}

function costOf({ partsUs: { services, broker, database } }: LoadRound): number {
  return services + broker + database
}
