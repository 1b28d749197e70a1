import type { Measurement } from '../measurement.ts'
import { atMost, reported } from '../row.ts'
import { FILLED_PARTITIONS } from '../site/filler.ts'
import { FogSite } from '../site/fogSite.ts'
import { count, GrowingLedger, type Sizes } from '../site/growingLedger.ts'
import { median } from '../statistics.ts'

/** CPU per reading of the platform's process at ledger sizes 100,000 and 1,000,000, and proofs there; see GrowingLedger. */
export const growth: Measurement = {
  name: 'growth',
  what: 'cost at 1,000,000 entries against 100,000; proofs there',
  async measure(context) {
    const sizes: Sizes = context.quick ? { small: 5_000, large: 20_000, round: 1_000 } : { small: 100_000, large: context.entries ?? 1_000_000, round: 20_000 }
    await using site = await FogSite.start(context.folder, { env: { ENTRIES_PARTITIONS: String(FILLED_PARTITIONS) } })
    const ledger = await GrowingLedger.open(site, sizes.round, context)
    const atSmall = await ledger.costAt(sizes.small, sizes.round)
    const atLarge = await ledger.costAt(sizes.large, sizes.round)
    const { madeMs, verifiedMs } = await ledger.proofTimes(atLarge)
    const [small, large] = [count(sizes.small), count(sizes.large)]
    const [smallUs, largeUs] = [atSmall.map(({ serverUs }) => serverUs), atLarge.map(({ serverUs }) => serverUs)]
    return [
      reported({ name: `CPU per reading at ${small} entries`, value: smallUs, unit: 'µs' }),
      reported({ name: `CPU per reading at ${large} entries`, value: largeUs, unit: 'µs' }),
      atMost(1.4, { name: `cost at ${large} entries over cost at ${small}`, value: median(largeUs) / median(smallUs), unit: '×' }),
      atMost(5, { name: `a proof is made, ledger of ${large}, p50`, value: median(madeMs), unit: 'ms', note: `HTTP GET, one at a time, ${madeMs.length} leaves` }),
      atMost(5, { name: 'a proof is verified, p50', value: median(verifiedMs), unit: 'ms', note: `parsed and verified by @brume/proof, ${verifiedMs.length} proofs` }),
    ]
  },
}
