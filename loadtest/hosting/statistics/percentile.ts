import { reached, type Reached } from './reached.ts'

/** Binary fractions make 0.07 × 100 a little more than 7. */
const ROUNDING = 1e-9

/** Rank from 1 of the value below or at which `share` of `count` lie (definition 1 of Hyndman and Fan, Sample quantiles in statistical packages, The American Statistician 50, 1996). */
export function nearestRank(count: number, share: number): number {
  if (count < 1) throw new RangeError('there is no percentile of nothing')
  return Math.min(count, Math.max(1, Math.ceil(count * share - ROUNDING)))
}

/** @param sorted ascending, +Infinity for what never came ({@link latenciesOf}) */
export function percentile(sorted: Float64Array, share: number): Reached {
  return reached(quantileOf(sorted, share))
}

/** The same as a number: +Infinity where it was not reached. */
export function quantileOf(sorted: Float64Array, share: number): number {
  return sorted[nearestRank(sorted.length, share) - 1] ?? Number.POSITIVE_INFINITY
}
