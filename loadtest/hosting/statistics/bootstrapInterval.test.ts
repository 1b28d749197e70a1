import { describe, expect, it } from 'vitest'
import { bootstrapInterval, mean, notReached, orInfinite, quantile, Random } from './index.ts'
import { latencySamples } from './normal.fixture.ts'

const TRIALS = 200
/** Of the standard normal distribution. */
const Z_95 = 1.6449

/** How often the interval holds the true percentile. Within and between are independent, so their variances add up in the logarithm. */
function coverage({ between, repetitions, z }: { between: number; repetitions: number; z: number }): number {
  const [within, median] = [0.5, 2_000]
  const truth = median * Math.exp(z * Math.hypot(within, between))
  const random = new Random(5)
  const held = Array.from({ length: TRIALS }, (_, seed) => {
    const samples = latencySamples({ repetitions, requests: 200, within, between, median }, random)
    const { low, high } = bootstrapInterval(samples, quantile(z === 0 ? 0.5 : 0.95), { seed, resamples: 300 })
    return orInfinite(low) <= truth && truth <= orInfinite(high)
  })
  return held.filter(Boolean).length / TRIALS
}

describe('of 100 experiments, the interval holds the truth in about 95', () => {
  // Twice the standard error of so many trials is 3 of 100; the bootstrap itself is not exact for a few skewed repetitions.
  it.each([
    { what: 'median, repetitions differ a little', between: 0.1, repetitions: 6, z: 0 },
    { what: 'median, repetitions differ much', between: 0.3, repetitions: 6, z: 0 },
    { what: 'p95, repetitions differ a little', between: 0.1, repetitions: 6, z: Z_95 },
    { what: 'median of three repetitions', between: 0.3, repetitions: 3, z: 0 },
  ])('$what', ({ between, repetitions, z }) => {
    const share = coverage({ between, repetitions, z })
    expect(share).toBeGreaterThanOrEqual(0.91)
    expect(share).toBeLessThanOrEqual(0.995)
  }, 60_000)

  it('more often where repetitions are alike: resampling both levels leans to the wide side', () => {
    expect(coverage({ between: 0, repetitions: 6, z: 0 })).toBeGreaterThanOrEqual(0.95)
  }, 60_000)
})

it('is quick enough for a report of hundreds: six repetitions of 10,000 requests, 1,000 resamples', () => {
  const samples = latencySamples({ repetitions: 6, requests: 10_000, within: 0.5, between: 0.1, median: 2_000 }, new Random(1))
  const before = process.cpuUsage()
  const { value, low, high } = bootstrapInterval(samples, quantile(0.95))
  const { user, system } = process.cpuUsage(before)
  expect(orInfinite(low)).toBeLessThan(orInfinite(value))
  expect(orInfinite(value)).toBeLessThan(orInfinite(high))
  expect((user + system) / 1e6).toBeLessThan(2)
})

const few = latencySamples({ repetitions: 3, requests: 100, within: 0.5, between: 0.1, median: 2_000 }, new Random(2))

it('is the same for the same seed', () => {
  expect(bootstrapInterval(few, quantile(0.9), { seed: 3 })).toEqual(bootstrapInterval(few, quantile(0.9), { seed: 3 }))
})

it('has no upper bound where the percentile is not reached in some repetitions', () => {
  const lost = few.map((sample, at) => (at === 0 ? sample.map((value, rank) => (rank >= 80 ? Number.POSITIVE_INFINITY : value)) : sample))
  const interval = bootstrapInterval(lost, quantile(0.9))
  expect(interval.value).not.toBe(notReached)
  expect(interval.high).toBe(notReached)
  expect(interval.low).not.toBe(notReached)
})

it('is not reached at all where too many requests never came', () => {
  const lost = few.map((sample) => sample.map((value, rank) => (rank >= 20 ? Number.POSITIVE_INFINITY : value)))
  expect(bootstrapInterval(lost, quantile(0.9))).toEqual({ value: notReached, low: notReached, high: notReached, repetitions: 3 })
})

it('holds the mean of all requests', () => {
  const { value, low, high } = bootstrapInterval(few, mean)
  const all = few.flatMap((sample) => [...sample])
  expect(value).toBeCloseTo(all.reduce((sum, one) => sum + one, 0) / all.length, 6)
  expect([orInfinite(low) < orInfinite(value), orInfinite(value) < orInfinite(high)]).toEqual([true, true])
})

it('is not made of nothing', () => {
  expect(() => bootstrapInterval([], quantile(0.5))).toThrow('there is no interval without repetitions, or of one without requests')
  expect(() => bootstrapInterval([new Float64Array()], quantile(0.5))).toThrow(RangeError)
})
