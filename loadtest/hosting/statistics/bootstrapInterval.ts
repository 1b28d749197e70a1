import { settled, type BootstrapOptions } from './bootstrapOptions.ts'
import { bounds } from './bounds.ts'
import { pooled } from './pooled.ts'
import { Random } from './random.ts'
import { reached, type Reached } from './reached.ts'
import { resampled } from './resampled.ts'
import type { Statistic } from './statistic.ts'

export interface Interval {
  /** Of all repetitions together. */
  readonly value: Reached
  readonly low: Reached
  readonly high: Reached
  /** With one, the interval knows of its requests only, not of how far another repetition would lie from it. */
  readonly repetitions: number
}

/**
 * Where the statistic lies, were the whole experiment made again. Two levels are resampled, each with replacement: repetitions, and the requests within each
 * (Kalibera and Jones, Rigorous Benchmarking in Reasonable Time, ISMM 2013; Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapters 8
 * and 13: percentile intervals). Requests of one repetition share its process, its cache and its minute: they are not independent, so the repetitions decide
 * how wide the interval is. Resampling within as well leans to the wide side where repetitions are alike (Davison and Hinkley, Bootstrap Methods and their
 * Application, 1997, 3.8). The arms are made longer for few repetitions (`armFactor`).
 *
 * @param repetitions of each the latencies, sorted, +Infinity for what never came; none below 0
 */
export function bootstrapInterval(repetitions: readonly Float64Array[], statistic: Statistic, options: BootstrapOptions = {}): Interval {
  const { resamples, seed, level } = settled(options)
  const values = resampled(repetitions, statistic, resamples, new Random(seed)).sort()
  const value = statistic.of(pooled(repetitions))
  const { low, high } = bounds(values, values, value, { level, repetitions: repetitions.length })
  return { value: reached(value), low: reached(Math.max(0, low)), high: reached(high), repetitions: repetitions.length }
}
