import type { BenchContext, Measurement } from '../../measurement.ts'
import { probeUnitV, unitV } from '../../probes/unitV.ts'
import { atLeast, atMost, reported, type Row } from '../../row.ts'
import type { BoundDevice } from '../../site/benchSite.ts'
import { CloudBenchSite, PARTITIONS } from '../../site/cloudBenchSite.ts'
import { runLoad, type LoadRound } from '../../site/loadRound.ts'
import { median } from '../../statistics.ts'
import { rowNames } from './rowNames.ts'

const CHAINS = PARTITIONS
const DEVICES_PER_CHAIN = 3
const ROUNDS = 5
/** Four processes compile what a fog node's one does. */
const WARM_UP = 100_000
/** What a tenant sets who sends so many; see the throughput of the fog. */
const READINGS_PER_ANCHOR = 10_000

/**
 * Readings that are each signed by themselves, in batches of 100 through the edge, sixteen under way, over four chains in four partitions; then the same
 * for one chain alone. The clock stops when the sizes of the ledgers cover all of them. CPU is what the processes of each part used meanwhile, from
 * /proc: the three services' five replicas, the broker, the database with every backend, the edge, and the engines with their host.
 */
export const throughput: Measurement = {
  name: 'throughput',
  what: 'readings/s accepted and in the ledger, and their CPU',
  async measure(context) {
    await using site = await CloudBenchSite.start(context.folder, context)
    const devices = await site.chainsWithDevices(CHAINS, DEVICES_PER_CHAIN, { anchoring: { maxReadings: READINGS_PER_ANCHOR } })
    const oneChain = devices.filter(({ chainId }) => chainId === devices[0]?.chainId)
    await runLoad(site, devices, context.quick ? 2_000 : WARM_UP) // warms up
    const spread = await runRounds(context, site, devices)
    const single = await runLoad(site, oneChain, context.quick ? 2_000 : 30_000)
    context.progress(`one chain: ${Math.round(single.perSecond)} readings/s`)
    return rowsOf(spread.rounds, single, unitV(...spread.probes))
  },
}

async function runRounds({ quick, progress }: BenchContext, site: CloudBenchSite, devices: readonly BoundDevice[]): Promise<{ rounds: LoadRound[]; probes: number[][] }> {
  const rounds: LoadRound[] = []
  const probes = [probeUnitV()]
  for (let i = 0; i < ROUNDS; i++) {
    const round = await runLoad(site, devices, quick ? 4_000 : 40_000)
    progress(`round ${i + 1} of ${ROUNDS}: ${Math.round(round.perSecond)} readings/s, ${round.serverUs.toFixed(1)} µs CPU each`)
    rounds.push(round)
    probes.push(probeUnitV())
  }
  return { rounds, probes }
}

function rowsOf(rounds: readonly LoadRound[], single: LoadRound, v: number): Row[] {
  const all = (pick: (round: LoadRound) => number) => rounds.map(pick)
  return [
    reported({ name: 'unit V', value: v, unit: 'µs', note: 'CPU of one Ed25519 verification, 300 bytes, sodium-native' }),
    atLeast(300_000 / v, { name: 'readings accepted and in the ledger', value: all(({ perSecond }) => perSecond), unit: 'readings/s', note: `asked: 0.3 / V; ${CHAINS} chains, ${READINGS_PER_ANCHOR} readings per anchor` }),
    reported({ name: 'the same in units of 1 / V', value: all(({ perSecond }) => (perSecond * v) / 1_000_000), unit: '1 / V' }),
    reported({ name: 'readings accepted', value: all(({ acceptedPerSecond }) => acceptedPerSecond), unit: 'readings/s' }),
    reported({ name: 'accepted and in the ledger, one chain alone', value: single.perSecond, unit: 'readings/s' }),
    atMost(3 * v, { name: rowNames.servicesUs, value: all(({ partsUs }) => partsUs.services), unit: 'µs', note: 'asked: 3 V; 1 × auth, 2 × ingest, 2 × ledger' }),
    reported({ name: 'the same in units of V', value: all(({ partsUs }) => partsUs.services / v), unit: 'V' }),
    ...(['auth', 'ingest', 'ledger'] as const).map((part) => reported({ name: `of it, ${part}`, value: all(({ partsUs }) => partsUs[part]), unit: 'µs' })),
    reported({ name: 'CPU per reading, broker', value: all(({ partsUs }) => partsUs.broker), unit: 'µs' }),
    reported({ name: 'CPU per reading, database', value: all(({ partsUs }) => partsUs.database), unit: 'µs', note: 'all its processes, also those that ended' }),
    reported({ name: rowNames.edgeUs, value: all(({ partsUs }) => partsUs.edge), unit: 'µs' }),
    reported({ name: rowNames.enginesUs, value: all(({ partsUs }) => partsUs.engines), unit: 'µs' }),
    reported({ name: rowNames.requestBytes, value: median(all(({ requestBytes }) => requestBytes)), unit: 'bytes', note: '150 bytes of payload; with the head of the request' }),
    reported({ name: rowNames.answerBytes, value: median(all(({ answerBytes }) => answerBytes)), unit: 'bytes', note: 'without its head' }),
    reported({ name: 'CPU per reading, load generator', value: all(({ generatorUs }) => generatorUs), unit: 'µs', note: 'on the same cores, on top' }),
  ]
}
