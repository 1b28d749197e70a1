import { sum } from '../../bench/statistics.ts'
import type { Block, Cell, Plan, PlacementKind } from '../model/index.ts'

/**
 * What takes time besides the cells' own seconds, in s: rounded from trials of every placement on two shared virtual cores, while others used them too. Only the
 * estimate before a run hangs on it: while it runs, what was measured so far corrects it (see ../progress.ts).
 */
export const costsS = {
  /** A quiet machine, a fresh system with a chain and devices, warmed up, its links, and the end of it all. */
  block: { fog: 22, cloud: 30, gateway: 31 },
  /** Round trips until the achieved delay of a network is known: a cloud is further away. */
  network: { fog: 1.5, cloud: 2.6, gateway: 2.6 },
  /** Signing ahead, the start of k6, and until everything that was accepted is in a block. */
  cell: 3,
  /** Rounds to saturation of one workload. */
  capacity: 9,
} as const satisfies Readonly<Record<'block' | 'network', Readonly<Record<PlacementKind, number>>>> & Readonly<Record<'cell' | 'capacity', number>>

/** Of one block. */
export function estimatedS(plan: Pick<Plan, 'warmUpS' | 'measuredS'>, { placement: { kind }, cells }: Block): number {
  const [networks, workloads] = [new Set(cells.map(({ network }) => network)).size, new Set(cells.map(({ workload }) => workload)).size]
  return costsS.block[kind] + networks * costsS.network[kind] + workloads * costsS.capacity + sum(cells.map((cell) => cellS(plan, cell)))
}

/** What is offered past saturation is made up for afterwards, at the rate of saturation. */
function cellS({ warmUpS, measuredS }: Pick<Plan, 'warmUpS' | 'measuredS'>, { load }: Cell): number {
  return (warmUpS + measuredS) * Math.max(1, load) + costsS.cell
}

export function minutes(plan: Plan, blocks: readonly Block[]): number {
  return sum(blocks.map((block) => estimatedS(plan, block))) / 60
}
