import { outcomes, type MeasuredCell } from '../../model/index.ts'
import type { Condition } from './condition.ts'

/** What one anchored reading costs; undefined where nothing was anchored meanwhile. */
export interface ConditionCost {
  readonly readings: number
  readonly gas: number
  readonly chainBytes: number
  readonly storedBytes: number
}

/** All repetitions together: sums over sums, because a mean of ratios would give a short repetition too much weight. */
export function costOf({ cells }: Condition): ConditionCost | undefined {
  const costs = cells.flatMap(({ cost }) => cost ?? [])
  const readings = total(costs.map((cost) => cost.readings))
  if (readings === 0) return undefined
  const each = (of: (cost: (typeof costs)[number]) => number): number => total(costs.map(of)) / readings
  return { readings, gas: each(({ gas }) => gas), chainBytes: each(({ chainBytes }) => chainBytes), storedBytes: each(({ storedBytes }) => storedBytes) }
}

/** CPU of the system under test for each accepted reading (or answer, where the workload asks), ms; undefined where none was. */
export function cpuMsPerReading({ cells }: Condition): number | undefined {
  const readings = total(cells.map((cell) => cell.counts.accepted * cell.readingsPerRequest))
  return readings === 0 ? undefined : total(cells.map(({ systemCpuUs }) => systemCpuUs)) / 1_000 / readings
}

/** Requests that were intended. */
export function offered({ counts }: MeasuredCell): number {
  return total(outcomes.map((outcome) => counts[outcome]))
}

export function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}
