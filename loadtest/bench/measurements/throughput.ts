import type { BenchContext, Measurement } from '../measurement.ts'
import { probeUnitV, unitV } from '../probes/unitV.ts'
import { atLeast, atMost, reported, type Row } from '../row.ts'
import type { BenchSite, BoundDevice } from '../site/benchSite.ts'
import { FogSite } from '../site/fogSite.ts'
import { runLoad, type LoadRound } from '../site/loadRound.ts'

const DEVICES = 10
const ROUNDS = 3
/** What a tenant sets who sends so many: about one anchor a second. The default, 1,000, is for a few readings a second. */
const READINGS_PER_ANCHOR = 10_000

/**
 * Readings that are each signed by themselves, in batches of 100 over kept connections, sixteen under way. They are signed and made into requests
 * before the clock starts. It stops when the ledger's size covers all of them. CPU is what the platform's process used meanwhile, all threads,
 * from /proc; the chain's engine is a process of its own and does not count.
 */
export const throughput: Measurement = {
  name: 'throughput',
  what: 'readings/s accepted and in the ledger, and their CPU',
  async measure(context) {
    await using site = await FogSite.start(context.folder)
    const chain = await site.chain({ anchoring: { maxReadings: READINGS_PER_ANCHOR } })
    const devices = await site.devices(chain, DEVICES)
    await runLoad(site, devices, context.quick ? 1_000 : 30_000) // warms up
    const { rounds, probes } = await runRounds(context, site, devices)
    return rowsOf(rounds, unitV(...probes))
  },
}

async function runRounds(context: BenchContext, site: BenchSite, devices: readonly BoundDevice[]): Promise<{ rounds: LoadRound[]; probes: number[][] }> {
  const rounds: LoadRound[] = []
  const probes = [probeUnitV()]
  for (let i = 0; i < ROUNDS; i++) {
    const round = await runLoad(site, devices, context.quick ? 2_000 : 60_000)
    context.progress(`round ${i + 1} of ${ROUNDS}: ${Math.round(round.perSecond)} readings/s, ${round.serverUs.toFixed(1)} µs CPU each`)
    rounds.push(round)
    probes.push(probeUnitV())
  }
  return { rounds, probes }
}

function rowsOf(rounds: readonly LoadRound[], v: number): Row[] {
  const all = (pick: (round: LoadRound) => number) => rounds.map(pick)
  return [
    reported({ name: 'unit V', value: v, unit: 'µs', note: 'CPU of one Ed25519 verification, 300 bytes, sodium-native' }),
    atLeast(700_000 / v, { name: 'readings accepted and in the ledger', value: all(({ perSecond }) => perSecond), unit: 'readings/s', note: `asked: 0.7 / V; ${READINGS_PER_ANCHOR} readings per anchor` }),
    reported({ name: 'the same in units of 1 / V', value: all(({ perSecond }) => (perSecond * v) / 1_000_000), unit: '1 / V' }),
    reported({ name: 'readings accepted', value: all(({ acceptedPerSecond }) => acceptedPerSecond), unit: 'readings/s' }),
    atMost(2.2 * v, { name: 'CPU per reading, all server processes, engine apart', value: all(({ serverUs }) => serverUs), unit: 'µs', note: 'asked: 2.2 V' }),
    reported({ name: 'the same in units of V', value: all(({ serverUs }) => serverUs / v), unit: 'V' }),
    reported({ name: 'CPU per reading, load generator', value: all(({ generatorUs }) => generatorUs), unit: 'µs', note: 'on the same cores, on top' }),
  ]
}
