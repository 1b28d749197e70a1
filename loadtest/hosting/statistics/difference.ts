import { settled, type BootstrapOptions } from './bootstrapOptions.ts'
import { bounds } from './bounds.ts'
import { pooled } from './pooled.ts'
import { Random } from './random.ts'
import { notReached, type Reached } from './reached.ts'
import { resampled } from './resampled.ts'
import type { Statistic } from './statistic.ts'

/** First less second, µs. */
export interface Difference {
  /** Infinite where only one is reached, undefined where neither is. */
  readonly value: number | undefined
  /** −Infinity: the second may be slower by any amount; +Infinity: the first is. */
  readonly low: number
  /** +Infinity: the first may be slower by any amount; −Infinity: the second is. */
  readonly high: number
  /** Which one is lower; undefined where the interval does not decide. */
  readonly lower: 'first' | 'second' | undefined
  /** Of the one that has fewer. */
  readonly repetitions: number
}

/**
 * By how much a statistic of two placements differs, and whether their repetitions decide that it does: they do where the interval of the difference does not
 * hold 0. That is sharper than asking whether two intervals overlap (Schenker and Gentleman, On Judging the Significance of Differences by Examining the
 * Overlap Between Confidence Intervals, The American Statistician 55, 2001). One repetition never decides: nothing is known of how far the next one would
 * lie from it. Where in a resample neither reaches the statistic, the difference could be anything: it counts as the worst for either bound.
 */
export function difference(first: readonly Float64Array[], second: readonly Float64Array[], statistic: Statistic, options: BootstrapOptions = {}): Difference {
  const { resamples, seed, level } = settled(options)
  const random = new Random(seed)
  const values = resampled(first, statistic, resamples, random)
  const others = resampled(second, statistic, resamples, random)
  const differences = values.map((value, at) => value - (others[at] ?? Number.NaN))
  const value = statistic.of(pooled(first)) - statistic.of(pooled(second))
  const repetitions = Math.min(first.length, second.length)
  const { low, high } = bounds(knownOr(Number.NEGATIVE_INFINITY, differences), knownOr(Number.POSITIVE_INFINITY, differences), value, { level, repetitions })
  return { value: Number.isNaN(value) ? undefined : value, low, high, lower: repetitions > 1 ? lowerOf(low, high) : undefined, repetitions }
}

function knownOr(worst: number, differences: Float64Array): Float64Array {
  return differences.map((value) => (Number.isNaN(value) ? worst : value)).sort()
}

function lowerOf(low: number, high: number): Difference['lower'] {
  if (high < 0) return 'first'
  return low > 0 ? 'second' : undefined
}

/** As a share of the second, where both are reached: −0.5 is half of it. */
export function relative({ value }: Difference, second: Reached): Reached {
  return value === undefined || !Number.isFinite(value) || second === notReached || second === 0 ? notReached : value / second
}
