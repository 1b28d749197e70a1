import { bootstrapInterval, orInfinite, type Statistic } from '../../statistics/index.ts'

/** A value with its 95 % interval. The ends may be infinite: then the interval reaches to what was never accepted. */
export interface Estimate {
  readonly value: number
  readonly low: number
  readonly high: number
}

/** Undefined where there is no number: nothing was measured, or the open model did not reach it. @param factor from the unit of the samples to that of the estimate */
export function estimated(repetitions: readonly Float64Array[], statistic: Statistic, seed: number, factor = 1): Estimate | undefined {
  const samples = repetitions.filter(({ length }) => length > 0)
  if (samples.length === 0) return undefined
  const { value, low, high } = bootstrapInterval(samples, statistic, { seed })
  if (typeof value !== 'number') return undefined
  return { value: value * factor, low: orInfinite(low) * factor, high: orInfinite(high) * factor }
}
