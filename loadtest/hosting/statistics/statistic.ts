import { binomial } from './binomial.ts'
import { nearestRank, quantileOf } from './percentile.ts'
import type { Random } from './random.ts'
import { OrderStatistic } from './orderStatistic.ts'

/** A number made of a sample, and how to make it of a resample of several samples without making the resample. */
export interface Statistic {
  readonly name: string
  /** Of all samples together. */
  of(pooled: Float64Array): number
  /** @returns a function that is given how often each sample was chosen, and draws the statistic of one resample: of each sample as many values as it has, with replacement, as often as it was chosen */
  resampler(samples: readonly Float64Array[], random: Random): (chosen: Uint32Array) => number
}

/** A percentile, such as `quantile(0.95)`. */
export function quantile(share: number): Statistic {
  return {
    name: `p${Number((share * 100).toFixed(3))}`,
    of: (pooled) => quantileOf(pooled, share),
    resampler: (samples, random) => {
      const drawn = new OrderStatistic(samples, (trials, chance) => binomial(trials, chance, random))
      return (chosen) => drawn.draw(chosen, (count) => nearestRank(count, share))
    },
  }
}

/** The arithmetic mean: percentiles of parts do not add up, means do. */
export const mean: Statistic = {
  name: 'mean',
  of: (pooled) => totalOf(pooled) / pooled.length,
  resampler: (samples, random) => (chosen) => {
    let total = 0
    let count = 0
    for (const [at, sample] of samples.entries()) {
      const draws = sample.length * (chosen[at] ?? 0)
      for (let drawn = 0; drawn < draws; drawn++) total += sample[random.below(sample.length)] ?? 0
      count += draws
    }
    return total / count
  },
}

function totalOf(values: Float64Array): number {
  let total = 0
  for (const value of values) total += value
  return total
}
