import { median } from '../../../bench/statistics.ts'
import { BUSY_GENERATOR_SHARE } from '../../k6/index.ts'
import type { Cell, MeasuredCell, Plan, Run } from '../../model/index.ts'
import { capacityOf } from './capacities.ts'
import { steadiness as steadinessOf, type Steadiness } from '../../statistics/index.ts'

/** What repetitions repeat: a cell without its number. */
export type ConditionKey = Omit<Cell, 'repetition'>

/** `not measured`: without all its repetitions. `unsteady`: measured, but its figures depend on how long was measured. */
export type ConditionState = 'steady' | 'unsteady' | 'not measured'

export interface Condition extends ConditionKey {
  readonly id: string
  /** Repetitions by the plan. */
  readonly planned: number
  /** In the order of their repetitions. */
  readonly cells: readonly MeasuredCell[]
  readonly steadiness: readonly Steadiness[]
  readonly state: ConditionState
  /** Requests per second, the median of its cells' blocks, or of all that the placement has where no cell of its own is measured. */
  readonly capacityPerS: number | undefined
}

/**
 * Share of unsteady repetitions that a steady condition may have. The test takes a trend for one by chance in 1 % of all cells, so one of six happens in 6 %
 * of all conditions (1 − 0.99⁶), two of six in 0.1 %. With fewer than five repetitions none is allowed.
 */
export const ALLOWED_UNSTEADY = 1 / 5

export function conditionId({ placement, writeMode, workload, network, load }: ConditionKey): string {
  return [placement, writeMode, workload, network, load].join('.')
}

/** Every condition of the plan in its order, with what was measured of it; then what was measured beyond the plan. */
export function conditionsOf({ facts, blocks }: Run): Condition[] {
  const cells = blocks.flatMap((block) => block.cells)
  const planned = plannedRepetitions(facts.plan)
  const measured = Map.groupBy(cells, ({ cell }) => conditionId(cell))
  const keys = new Map([...facts.plan.matrix.flatMap(keysOf), ...cells.map(({ cell }) => cell)].map((key) => [conditionId(key), key]))
  const elsewhere = (key: ConditionKey): number | undefined => capacityOf({ blocks }, key)?.perS
  return [...keys].map(([id, key]) => conditionOf(key, planned.get(id) ?? 1, measured.get(id) ?? [], elsewhere))
}

function keysOf({ placements, networks, writeModes, workload, loads }: Plan['matrix'][number]): ConditionKey[] {
  return placements.flatMap((placement) => writeModes.flatMap((writeMode) => networks.flatMap((network) => loads.map((load) => ({ placement, writeMode, workload, network, load })))))
}

/** Where parts of the matrix overlap, the larger number counts. */
function plannedRepetitions({ matrix }: Plan): Map<string, number> {
  const planned = new Map<string, number>()
  for (const part of matrix) {
    for (const id of keysOf(part).map(conditionId)) planned.set(id, Math.max(planned.get(id) ?? 0, part.repetitions))
  }
  return planned
}

function conditionOf({ placement, writeMode, workload, network, load }: ConditionKey, planned: number, unordered: readonly MeasuredCell[], elsewhere: (key: ConditionKey) => number | undefined): Condition {
  const key = { placement, writeMode, workload, network, load }
  const cells = unordered.toSorted((a, b) => a.cell.repetition - b.cell.repetition)
  const steadiness = cells.map(judged)
  return { ...key, id: conditionId(key), planned, cells, steadiness, state: stateOf(planned, steadiness), capacityPerS: cells.length === 0 ? elsewhere(key) : median(cells.map(({ capacityPerS }) => capacityPerS)) }
}

/** Where the generator had no CPU to spare, the latency may be its own. */
function judged(cell: MeasuredCell): Steadiness {
  const found = steadinessOf(cell.requests, cell)
  if (cell.generatorCpuShare <= BUSY_GENERATOR_SHARE) return found
  return { steady: false, why: [...found.why, `load generator and proxies used ${Math.round(cell.generatorCpuShare * 100)} % of their CPU: they may be what was measured`] }
}

function stateOf(planned: number, steadiness: readonly Steadiness[]): ConditionState {
  if (steadiness.length === 0 || steadiness.length < planned) return 'not measured'
  const unsteady = steadiness.filter(({ steady }) => !steady).length
  return unsteady > steadiness.length * ALLOWED_UNSTEADY ? 'unsteady' : 'steady'
}
