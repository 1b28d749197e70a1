import { outcomes, RESULTS_VERSION, type BlockResult, type Cell, type CellResult, type MachineFacts, type Plan, type RequestColumns } from '../model/index.ts'
import { normal } from '../statistics/normal.fixture.ts'
import { Random } from '../statistics/random.ts'

export const now = '2026-05-04T10:00:00.000Z'

export const machine: MachineFacts = { cpu: 'Some CPU', cores: 2, memoryGiB: 8, kernel: 'Linux 6.1', versions: { node: '24.21.0', k6: '1.8.1' }, commit: 'a6a9eed', dirty: false }

export const plan: Plan = {
  name: 'some',
  seed: 7,
  warmUpS: 2,
  measuredS: 8,
  placements: [{ name: 'fog-1', kind: 'fog', cores: 1, memoryMiB: 512 }, { name: 'cloud', kind: 'cloud', cores: 1, memoryMiB: 2_048 }],
  networks: [{ name: 'wifi+far', access: 'wifi', region: 'far' }],
  matrix: [{ placements: ['fog-1', 'cloud'], networks: ['wifi+far'], writeModes: ['batched'], workload: 'reading', loads: [0.5], repetitions: 4 }],
  leftOut: [{ what: 'direct', why: 'a test needs no more' }],
}

export interface Latency {
  readonly medianUs: number
  readonly perS?: number
  readonly seed: number
}

/** A cell as k6 would record it: a constant rate; every part scatters log-normally; 1 in 500 is late. */
export function requestsOf({ medianUs, perS = 50, seed }: Latency): RequestColumns {
  const random = new Random(seed)
  const size = plan.measuredS * perS
  const some = (median: number, spread: number): Float64Array => Float64Array.from({ length: size }, () => median * Math.exp(spread * normal(random)))
  const [lateUs, parseUs, verifyUs, appendUs, promiseUs, rest, networkUs] = [some(120, 0.8), some(60, 0.3), some(110, 0.15), some(2_500, 0.4), some(90, 0.2), some(150, 0.3), some(medianUs, 0.1)]
  const late = Uint8Array.from({ length: size }, () => (random.below(500) === 0 ? 1 : 0))
  const serverUs = rest.map((us, at) => us + sumAt(at, parseUs, verifyUs, appendUs, promiseUs))
  const totalUs = networkUs.map((us, at) => us + sumAt(at, lateUs, serverUs))
  const sent = (values: Float64Array): Float64Array => values.map((us, at) => (late[at] ? Number.NaN : us))
  return {
    intendedUs: Float64Array.from({ length: size }, (_, at) => (at * 1_000_000) / perS),
    lateUs: sent(lateUs), parseUs: sent(parseUs), verifyUs: sent(verifyUs), appendUs: sent(appendUs), promiseUs: sent(promiseUs), serverUs: sent(serverUs), totalUs: sent(totalUs),
    outcome: late.map((is) => outcomes.indexOf(is ? 'late' : 'accepted')),
  }
}

function sumAt(at: number, ...columns: readonly Float64Array[]): number {
  return columns.reduce((sum, values) => sum + (values[at] ?? 0), 0)
}

export function blockOf(placement: string, repetition: number, cells: readonly CellResult[]): BlockResult {
  const spec = plan.placements.find(({ name }) => name === placement)
  if (!spec) throw new RangeError(`no placement ${placement}`)
  return {
    version: RESULTS_VERSION,
    id: `${placement}.batched.r${repetition}`,
    placement: spec,
    writeMode: 'batched',
    repetition,
    limits: { by: 'cgroup v1', systemCpus: '1', systemCores: 1, memoryMiB: spec.memoryMiB, loadCpus: '0' },
    delays: [{ network: 'wifi+far', askedMs: 45, achievedMs: 45.2, coldConnectionMs: 90 }],
    capacities: [{ workload: 'reading', perS: 100 + repetition, rounds: [98, 100 + repetition, 105] }],
    cells,
  }
}

export function cellOf(placement: string, repetition: number, requests: RequestColumns): CellResult {
  const cell: Cell = { placement, writeMode: 'batched', workload: 'reading', network: 'wifi+far', load: 0.5, repetition }
  const counted = outcomes.map((outcome, index) => [outcome, requests.outcome.filter((one) => one === index).length] as const)
  const of = (name: string): number => new Map<string, number>(counted).get(name) ?? 0
  return {
    cell, startedAt: now, measuredS: plan.measuredS, offeredPerS: requests.intendedUs.length / plan.measuredS, capacityPerS: 100, readingsPerRequest: 1,
    counts: { accepted: of('accepted'), refused: of('refused'), failed: of('failed'), late: of('late') },
    refusals: {}, generatorCpuShare: 0.2, systemCpuUs: 3_000_000, systemThrottledUs: 0,
    cost: { readings: 400, gas: 90_000, chainBytes: 20_000, storedBytes: 400_000 },
    anchored: [{ totalUs: 1_234_567.8, parts: [20_000.4, 170, 2_500, 30_000, 900_000, 200_000, 81_897] }],
  }
}
