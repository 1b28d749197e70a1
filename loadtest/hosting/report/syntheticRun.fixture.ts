import type { AchievedDelay, Cell, MeasuredCell, Plan, PlanPart, PlacementSpec, RequestColumns, Run } from '../model/index.ts'
import { outcomes, RESULTS_VERSION } from '../model/index.ts'
import { Random } from '../statistics/index.ts'

/** What a synthetic system does with a cell; times in ms. */
export interface Behaviour {
  /** In the server. */
  readonly serviceMs: (cell: Cell) => number
  /** Share of the service time that no step names. */
  readonly unnamedShare: number
  /** How far requests of a cell spread above, as a share of the service time. */
  readonly spread: number
  /** Added to every request of a repetition, ms. */
  readonly repetitionMs: (cell: Cell) => number
  /** Added for each second of the measured time, ms: a backlog that grows. */
  readonly growthMsPerS: (cell: Cell) => number
  /** Share of requests that are refused. */
  readonly refusedShare: (cell: Cell) => number
  /** Cells that are not there. */
  readonly missing: (cell: Cell) => boolean
}

/** Round trips of the networks, ms. */
export const delays: Readonly<Record<string, { readonly access: number; readonly region: number }>> = { 'wired+near': { access: 1, region: 2 }, 'lte+far': { access: 20, region: 60 } }

/**
 * A small fog box that slows down with its load: 1.1 ms at 10 %, 3.5 at 50 %, 7.4 at 80 %; a larger one at 1 ms; a cloud at 3 ms, a gateway at 3.5, whatever the load.
 * So on `wired+near`, with the cloud 2 ms away, the small box wins up to 50 % and loses at 80 % by about 2.4 ms; with a cloud 60 ms away it always wins.
 */
export const knownBehaviour: Behaviour = {
  serviceMs: ({ placement, load }) => (placement === 'fog-0.25' ? 1 + 10 * load ** 2 : placement === 'fog-1' ? 1 : placement === 'cloud' ? 3 : 3.5),
  unnamedShare: 0.02,
  spread: 0.05,
  repetitionMs: ({ repetition }) => 0.02 * (repetition % 3),
  growthMsPerS: ({ load }) => (load > 1 ? 200 : 0),
  refusedShare: () => 0,
  missing: () => false,
}

export const placements: readonly PlacementSpec[] = [
  { name: 'fog-0.25', kind: 'fog', cores: 0.25, memoryMiB: 512 },
  { name: 'fog-1', kind: 'fog', cores: 1, memoryMiB: 1024 },
  { name: 'cloud', kind: 'cloud', cores: 1, memoryMiB: 4096 },
  { name: 'gateway', kind: 'gateway', cores: 1, memoryMiB: 4096 },
]

const part: PlanPart = { placements: placements.map(({ name }) => name), networks: Object.keys(delays), writeModes: ['batched'], workload: 'reading', loads: [0.1, 0.5, 0.8, 1.2], repetitions: 3 }

export function syntheticPlan(matrix: readonly PlanPart[] = [part]): Plan {
  return {
    name: 'synthetic',
    seed: 7,
    warmUpS: 1,
    measuredS: 8,
    placements,
    networks: Object.keys(delays).map((name) => ({ name, access: name.split('+')[0] ?? '', region: name.split('+')[1] ?? '' })),
    matrix,
    leftOut: [{ what: 'everything else', why: 'a test needs no more' }],
  }
}

export { part as knownPart }

const CAPACITY = 100

/** Every cell of the plan as a run, from latencies that are known. The same arguments give the same run. */
export function syntheticRun(changes: Partial<Behaviour> = {}, plan = syntheticPlan()): Run {
  const behaviour = { ...knownBehaviour, ...changes }
  const cells = plan.matrix.flatMap(cellsOf).filter((cell) => !behaviour.missing(cell))
  const groups = Map.groupBy(cells, ({ placement, writeMode, repetition }) => `${placement}.${writeMode}.r${repetition}`)
  const blocks = [...groups].map(([id, members]) => blockOf(id, members, plan, behaviour))
  return { facts: { version: RESULTS_VERSION, plan, machine, startedAt: '2026-01-02T03:04:05Z' }, blocks }
}

const machine = { cpu: 'Synthetic', cores: 2, memoryGiB: 8, kernel: 'Linux 6', versions: { node: '24.0.0', k6: '1.8.1' }, commit: 'abc1234', dirty: false }

function cellsOf({ placements: names, networks, writeModes, workload, loads, repetitions }: PlanPart): Cell[] {
  const numbers = Array.from({ length: repetitions }, (_, index) => index + 1)
  return names.flatMap((placement) => writeModes.flatMap((writeMode) => numbers.flatMap((repetition) => networks.flatMap((network) => loads.map((load) => ({ placement, writeMode, workload, network, load, repetition }))))))
}

function blockOf(id: string, cells: readonly Cell[], plan: Plan, behaviour: Behaviour): Run['blocks'][number] {
  const [first] = cells
  const placement = plan.placements.find(({ name }) => name === first?.placement)
  if (first === undefined || placement === undefined) throw new Error(`no placement for ${id}`)
  return {
    version: RESULTS_VERSION,
    id,
    placement,
    writeMode: first.writeMode,
    repetition: first.repetition,
    limits: { by: 'cgroup v1', systemCpus: '1', systemCores: placement.cores, memoryMiB: placement.memoryMiB, loadCpus: '0' },
    delays: [...new Set(cells.map(({ network }) => network))].map((network) => delayOf(network, placement)),
    capacities: [...new Set(cells.map(({ workload }) => workload))].map((workload) => ({ workload, perS: CAPACITY, rounds: [CAPACITY - 2, CAPACITY, CAPACITY + 2] })),
    cells: cells.map((cell, index) => measuredCell(cell, index, plan, behaviour)),
  }
}

function roundTripMs(network: string, kind: PlacementSpec['kind']): number {
  const { access, region } = delays[network] ?? { access: 0, region: 0 }
  return kind === 'fog' ? access : access + region
}

function delayOf(network: string, { kind }: PlacementSpec): AchievedDelay {
  const askedMs = roundTripMs(network, kind)
  return { network, askedMs, achievedMs: askedMs, coldConnectionMs: 2 * askedMs }
}

function measuredCell(cell: Cell, index: number, plan: Plan, behaviour: Behaviour): MeasuredCell {
  const requests = requestsOf(cell, index, plan, behaviour)
  const count = (name: (typeof outcomes)[number]): number => requests.outcome.filter((at) => outcomes[at] === name).length
  const accepted = count('accepted')
  return {
    cell,
    startedAt: '2026-01-02T03:04:05Z',
    measuredS: plan.measuredS,
    offeredPerS: CAPACITY * cell.load,
    capacityPerS: CAPACITY,
    readingsPerRequest: 1,
    counts: { accepted, refused: count('refused'), failed: count('failed'), late: count('late') },
    refusals: count('refused') === 0 ? {} : { '/problems/quota-reached': count('refused') },
    generatorCpuShare: 0.2,
    systemCpuUs: accepted * 500,
    systemThrottledUs: 0,
    cost: { readings: accepted, gas: accepted * 100, chainBytes: accepted * 10, storedBytes: accepted * 1_000 },
    anchored: [{ totalUs: 1_000_000, parts: [100_000, 1_000, 4_000, 95_000, 500_000, 200_000, 100_000] }],
    requests,
  }
}

function requestsOf(cell: Cell, index: number, plan: Plan, behaviour: Behaviour): RequestColumns {
  const random = new Random(index + cell.repetition * 1_000)
  const rate = CAPACITY * cell.load
  const count = Math.round(rate * plan.measuredS)
  const intendedUs = Float64Array.from({ length: count }, (_, at) => (at / rate) * 1_000_000)
  const serviceUs = intendedUs.map(() => behaviour.serviceMs(cell) * 1_000 * (1 + behaviour.spread * random.fraction()))
  const kind = plan.placements.find(({ name }) => name === cell.placement)?.kind ?? 'fog'
  const waitUs = intendedUs.map((at) => (roundTripMs(cell.network, kind) + behaviour.repetitionMs(cell) + (behaviour.growthMsPerS(cell) * at) / 1_000_000) * 1_000)
  const step = (share: number): Float64Array => serviceUs.map((us) => us * share * (1 - behaviour.unnamedShare))
  return {
    intendedUs,
    lateUs: new Float64Array(count),
    totalUs: serviceUs.map((us, at) => us + (waitUs[at] ?? 0)),
    outcome: Uint8Array.from(intendedUs, (_, at) => outcomes.indexOf(at < count * behaviour.refusedShare(cell) ? 'refused' : 'accepted')),
    parseUs: step(0.05),
    verifyUs: step(0.15),
    appendUs: step(0.6),
    promiseUs: step(0.2),
    serverUs: serviceUs,
  }
}
