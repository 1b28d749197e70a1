import { sum } from '../../bench/statistics.ts'
import type { Block, Cell, Plan, PlacementKind } from '../model/index.ts'

/**
 * What takes time besides the cells' own seconds, in s: rounded from trials of every placement on two shared virtual cores, while others used them too. Only the
 * estimate before a run hangs on it: while it runs, what was measured so far corrects it (see ../progress.ts).
 */
export const costsS = {
  /** A quiet machine, a fresh system with a chain and devices, warmed up, its links, and the end of it all. */
  block: { fog: 17, cloud: 35, gateway: 36 },
  /** Round trips until the achieved delay of a network is known: a cloud is further away. */
  network: { fog: 1.5, cloud: 3, gateway: 3 },
  /** Signing ahead, the start of k6, and until everything that was accepted is in a block. */
  cell: 2.5,
  /** Rounds to saturation of one workload. */
  capacity: 15,
} as const satisfies Readonly<Record<'block' | 'network', Readonly<Record<PlacementKind, number>>>> & Readonly<Record<'cell' | 'capacity', number>>

/** Blocks that need a capacity for the first time measure it; which these are hangs on what was measured before. */
export class Estimate {
  readonly #plan: Pick<Plan, 'warmUpS' | 'measuredS'>
  readonly #knownCapacities: Set<string>

  constructor(plan: Pick<Plan, 'warmUpS' | 'measuredS'>, knownCapacities: Iterable<string> = []) {
    this.#plan = plan
    this.#knownCapacities = new Set(knownCapacities)
  }

  /** In the order in which they run. */
  secondsOf(blocks: readonly Block[]): number[] {
    const known = new Set(this.#knownCapacities)
    return blocks.map((block) => {
      const needed = new Set(block.cells.map(capacityKey).filter((key) => !known.has(key)))
      for (const key of needed) known.add(key)
      return this.#blockS(block) + needed.size * costsS.capacity
    })
  }

  #blockS({ placement: { kind }, cells }: Block): number {
    const networks = new Set(cells.map(({ network }) => network)).size
    return costsS.block[kind] + networks * costsS.network[kind] + sum(cells.map((cell) => this.#cellS(cell)))
  }

  /** What is offered past saturation is made up for afterwards, at the rate of saturation. */
  #cellS({ load }: Cell): number {
    const loadedS = this.#plan.warmUpS + this.#plan.measuredS
    return loadedS + Math.max(0, load - 1) * loadedS + costsS.cell
  }
}

/** Measured once for each of these. */
export function capacityKey({ placement, writeMode, workload }: Pick<Cell, 'placement' | 'writeMode' | 'workload'>): string {
  return `${placement}.${writeMode}.${workload}`
}

export function minutes(plan: Plan, blocks: readonly Block[]): number {
  return sum(new Estimate(plan).secondsOf(blocks)) / 60
}
