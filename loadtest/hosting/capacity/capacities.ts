import type { Block, Capacity, Workload } from '../model/index.ts'
import { capacityKey } from '../plan/estimate.ts'

/** What is known of the run so far; it is kept with the run's results as soon as it is measured. */
export class Capacities {
  readonly #known: Map<string, Capacity>
  readonly #keep: (capacity: Capacity) => void | Promise<void>

  constructor(known: readonly Capacity[], keep: (capacity: Capacity) => void | Promise<void>) {
    this.#known = new Map(known.map((capacity) => [capacityKey(capacity), capacity]))
    this.#keep = keep
  }

  get keys(): readonly string[] {
    return [...this.#known.keys()]
  }

  /** Workloads of the block whose capacity is to be measured first. */
  missing({ cells }: Block): Workload[] {
    return [...new Set(cells.filter((cell) => !this.#known.has(capacityKey(cell))).map(({ workload }) => workload))]
  }

  async add(capacity: Capacity): Promise<void> {
    await this.#keep(capacity)
    this.#known.set(capacityKey(capacity), capacity)
  }

  of(what: Pick<Capacity, 'placement' | 'writeMode' | 'workload'>): Capacity {
    const capacity = this.#known.get(capacityKey(what))
    if (capacity === undefined) throw new RangeError(`the capacity of ${capacityKey(what)} has not been measured`)
    return capacity
  }
}
