import { difference, latenciesOf, orInfinite, quantile } from '../../statistics/index.ts'
import type { Plan, Run, Workload, WriteMode } from '../../model/index.ts'
import { seriesStyles, type SeriesStyle } from '../svg/palette.ts'
import { conditionsOf, type Condition } from './condition.ts'
import { delaysOf, type PlacementDelay } from './delays.ts'
import { estimated, type Estimate } from './estimate.ts'
import { partsOf, type ConditionParts } from './parts.ts'

/** What is compared with itself only: how readings are written, and what a request asks for. */
export interface Family {
  readonly writeMode: WriteMode
  readonly workload: Workload
}

const MS_PER_US = 1 / 1_000

/** Everything that is worked out of a run, each thing once: an interval takes a thousand resamples, and several pictures and sentences ask for the same one. */
export class Digest {
  readonly run: Run
  readonly plan: Plan
  readonly conditions: readonly Condition[]
  readonly delays: readonly PlacementDelay[]
  readonly families: readonly Family[]
  readonly styles: ReadonlyMap<string, SeriesStyle>
  readonly #seed: number
  readonly #kept = new Map<string, unknown>()

  constructor(run: Run) {
    this.run = run
    this.plan = run.facts.plan
    this.conditions = conditionsOf(run)
    this.delays = delaysOf(run)
    this.families = familiesOf(this.conditions)
    this.styles = seriesStyles(this.plan)
    this.#seed = this.plan.seed >>> 0
  }

  /** Percentile of the open model, ms. Undefined where it was not reached, or nothing was measured. */
  quantileMs(condition: Condition, share: number): Estimate | undefined {
    return this.#once(`quantile ${share} ${condition.id}`, () => estimated(this.#latencies(condition), quantile(share), this.#seed, MS_PER_US))
  }

  /** A percentile of the first less that of the second, ms. Infinite where only one was reached, undefined where none was. */
  differenceMs(first: Condition, second: Condition, share: number): Estimate | undefined {
    return this.#once(`difference ${share} ${first.id} ${second.id}`, () => this.#difference(first, second, share))
  }

  /** Of the accepted requests. Undefined where there is none. */
  parts(condition: Condition): ConditionParts | undefined {
    return this.#once(`parts ${condition.id}`, () => partsOf(condition, this.#seed))
  }

  #difference(first: Condition, second: Condition, share: number): Estimate | undefined {
    const value = this.#valueMs(first, share) - this.#valueMs(second, share)
    if (Number.isNaN(value)) return undefined
    const found = difference(this.#latencies(first), this.#latencies(second), quantile(share), { seed: this.#seed })
    // One repetition decides nothing, however narrow the interval of its requests is.
    if (found.repetitions < 2) return { value, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY }
    const low = typeof found.low === 'number' ? found.low * MS_PER_US : Number.NEGATIVE_INFINITY
    return { value, low, high: orInfinite(found.high) * MS_PER_US }
  }

  #valueMs(condition: Condition, share: number): number {
    return this.quantileMs(condition, share)?.value ?? Number.POSITIVE_INFINITY
  }

  #latencies({ id, cells }: Condition): Float64Array[] {
    return this.#once(`latencies ${id}`, () => cells.map(({ requests }) => latenciesOf(requests)).filter(({ length }) => length > 0))
  }

  #once<T>(key: string, make: () => T): T {
    if (!this.#kept.has(key)) this.#kept.set(key, make())
    // The key says what was kept under it.
    return this.#kept.get(key) as T
  }
}

function familiesOf(conditions: readonly Condition[]): Family[] {
  const families = conditions.map(({ writeMode, workload }) => ({ writeMode, workload }))
  return families.filter((family, index) => families.findIndex((one) => one.writeMode === family.writeMode && one.workload === family.workload) === index)
}
