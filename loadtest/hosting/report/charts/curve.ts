import { intervalText } from '../markup/format.ts'
import type { Condition, ConditionState } from '../digest/condition.ts'
import type { Digest } from '../digest/digest.ts'
import type { Estimate } from '../digest/estimate.ts'

export interface CurvePoint {
  readonly load: number
  /** Offered requests per second. */
  readonly perS: number | undefined
  readonly state: ConditionState
  /** Undefined where it was not measured, or the percentile was not reached. */
  readonly estimate: Estimate | undefined
  readonly text: string
}

/** A percentile over the loads of one placement, by load. */
export function curveOf(conditions: readonly Condition[], share: number, digest: Digest): CurvePoint[] {
  return conditions.toSorted((a, b) => a.load - b.load).map((condition) => curvePoint(condition, share, digest))
}

function curvePoint(condition: Condition, share: number, digest: Digest): CurvePoint {
  const { load, state, capacityPerS } = condition
  const estimate = state === 'not measured' ? undefined : digest.quantileMs(condition, share)
  const perS = capacityPerS === undefined ? undefined : capacityPerS * load
  return { load, perS, state, estimate, text: textOf(condition, estimate) }
}

/** What a cell of a table says of a percentile. */
export function textOf({ state, cells, planned }: Condition, estimate: Estimate | undefined): string {
  if (state === 'not measured') return `not measured (${cells.length} of ${planned} repetitions)`
  if (estimate === undefined) return 'not reached: too many requests were never accepted'
  return state === 'unsteady' ? `${intervalText(estimate)}, not steady` : intervalText(estimate)
}
