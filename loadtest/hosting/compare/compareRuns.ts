import type { MeasuredCell, Run } from '../model/index.ts'
import { capacitiesOf, capacityOf, type PlacementCapacity } from '../report/digest/capacities.ts'
import { conditionsOf, type Condition, type ConditionKey } from '../report/digest/condition.ts'
import { bootstrapInterval, difference, latenciesOf, quantile, type Difference, type Interval } from '../statistics/index.ts'
import { caveats } from './caveats.ts'
import { otherSurroundings } from './surroundings.ts'

export interface ComparedPercentile {
  /** Such as `p95`. */
  readonly name: string
  readonly first: Interval
  readonly second: Interval
  /** Second less first, µs. */
  readonly difference: Difference
  /** Of the second against the first; undefined where the difference may be noise. */
  readonly change: 'faster' | 'slower' | undefined
}

export interface ComparedCondition {
  readonly id: string
  readonly key: ConditionKey
  /** Requests per second: loads are shares of each run's own capacity, so the same load may be another rate. */
  readonly offeredPerS: readonly [number, number]
  readonly percentiles: readonly ComparedPercentile[]
}

export interface Incomparable {
  readonly id: string
  readonly why: string
}

export interface ComparedCapacity {
  readonly capacity: Omit<PlacementCapacity, 'perS' | 'ofBlocks'>
  readonly perS: readonly [number, number]
  /** No block of the one lies among the blocks of the other. */
  readonly apart: boolean
}

export interface Comparison {
  readonly level: number
  readonly caveats: readonly string[]
  readonly capacities: readonly ComparedCapacity[]
  readonly compared: readonly ComparedCondition[]
  readonly incomparable: readonly Incomparable[]
}

const LEVEL = 0.95
const percentiles = [quantile(0.5), quantile(0.95)]

/** Condition by condition, what is different in the second run beyond what repetitions of the same differ by. */
export function compareRuns(first: Run, second: Run): Comparison {
  const [before, after] = [measuredById(first), measuredById(second)]
  const pairs = [...new Set([...before.keys(), ...after.keys()])].map((id) => pairOf(id, before.get(id), after.get(id), first, second))
  return {
    level: LEVEL,
    caveats: caveats(first, second),
    capacities: comparedCapacities(first, second),
    compared: pairs.flatMap((pair) => ('why' in pair ? [] : [pair])),
    incomparable: pairs.flatMap((pair) => ('why' in pair ? [pair] : [])),
  }
}

function measuredById(run: Run): Map<string, Condition> {
  return new Map(conditionsOf(run).filter(({ cells }) => cells.length > 0).map((condition) => [condition.id, condition]))
}

function pairOf(id: string, before: Condition | undefined, after: Condition | undefined, first: Run, second: Run): ComparedCondition | Incomparable {
  if (!before || !after) return { id, why: `only the ${before ? 'first' : 'second'} run has it` }
  const why = otherSurroundings(before, first, second) ?? notWhole(before, 'first') ?? notWhole(after, 'second')
  return why === undefined ? compared(id, before, after, first.facts.plan.seed) : { id, why }
}

/** Its own words, or those of its first repetition that is not steady. */
function notWhole({ state, cells, planned, steadiness }: Condition, which: string): string | undefined {
  if (state === 'steady') return undefined
  if (state === 'not measured') return `the ${which} run has ${cells.length} of its ${planned} repetitions`
  return `it is not steady in the ${which} run: ${steadiness.find(({ steady }) => !steady)?.why.join('; ') ?? ''}`
}

function compared(id: string, before: Condition, after: Condition, seed: number): ComparedCondition {
  const { placement, writeMode, workload, network, load } = before
  const [latencies, others] = [before, after].map(({ cells }) => cells.map(({ requests }) => latenciesOf(requests)))
  return {
    id,
    key: { placement, writeMode, workload, network, load },
    offeredPerS: [meanRate(before.cells), meanRate(after.cells)],
    percentiles: percentiles.map((statistic) => comparedPercentile(statistic, latencies ?? [], others ?? [], seed)),
  }
}

function comparedPercentile(statistic: ReturnType<typeof quantile>, latencies: readonly Float64Array[], others: readonly Float64Array[], seed: number): ComparedPercentile {
  const options = { seed, level: LEVEL }
  const found = difference(others, latencies, statistic, options)
  const change = found.lower && (found.lower === 'first' ? 'faster' : 'slower')
  return { name: statistic.name, first: bootstrapInterval(latencies, statistic, options), second: bootstrapInterval(others, statistic, options), difference: found, change }
}

function meanRate(cells: readonly MeasuredCell[]): number {
  return cells.reduce((sum, { offeredPerS }) => sum + offeredPerS, 0) / cells.length
}

function comparedCapacities(first: Run, second: Run): ComparedCapacity[] {
  return capacitiesOf(first).flatMap(({ placement, writeMode, workload, perS, ofBlocks }) => {
    const other = capacityOf(second, { placement, writeMode, workload })
    return other ? [{ capacity: { placement, writeMode, workload }, perS: [perS, other.perS] as const, apart: apart(ofBlocks, other.ofBlocks) }] : []
  })
}

function apart(some: readonly number[], others: readonly number[]): boolean {
  return Math.max(...some) < Math.min(...others) || Math.max(...others) < Math.min(...some)
}
