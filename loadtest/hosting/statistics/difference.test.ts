import { expect, it } from 'vitest'
import { difference, notReached, quantile, Random, relative } from './index.ts'
import { latencySamples } from './normal.fixture.ts'

const random = new Random(9)
const placement = (median: number, repetitions = 6): Float64Array[] => latencySamples({ repetitions, requests: 300, within: 0.4, between: 0.05, median }, random)
const p95 = quantile(0.95)

it('decides for the lower one, whichever comes first', () => {
  const [fog, cloud] = [placement(2_000), placement(9_000)]
  expect(difference(fog, cloud, p95)).toMatchObject({ lower: 'first', repetitions: 6 })
  expect(difference(cloud, fog, p95)).toMatchObject({ lower: 'second' })
})

it('decides between placements that are alike in about 5 of 100 experiments at most', () => {
  const decided = Array.from({ length: 150 }, (_, seed) => difference(placement(2_000), placement(2_000), p95, { seed, resamples: 300 }).lower !== undefined)
  expect(decided.filter(Boolean).length / decided.length).toBeLessThan(0.07)
}, 60_000)

it('decides with two repetitions only where placements are far apart, and never with one', () => {
  expect(difference(placement(2_000, 2), placement(90_000, 2), p95).lower).toBe('first')
  expect(difference(placement(2_000, 2), placement(2_300, 2), p95).lower).toBeUndefined()
  expect(difference(placement(2_000, 1), placement(90_000, 1), p95).lower).toBeUndefined()
})

const lost = placement(2_000).map((sample) => sample.map((value, rank) => (rank >= 200 ? Number.POSITIVE_INFINITY : value)))

it('has the one lower that reaches the percentile where the other never does', () => {
  expect(difference(placement(2_000), lost, p95)).toEqual({ value: Number.NEGATIVE_INFINITY, low: Number.NEGATIVE_INFINITY, high: Number.NEGATIVE_INFINITY, lower: 'first', repetitions: 6 })
})

it('does not decide where neither reaches the percentile', () => {
  expect(difference(lost, lost, p95)).toEqual({ value: undefined, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY, lower: undefined, repetitions: 6 })
})

it('is said as a share of the second where both are reached', () => {
  const half = { value: -1_000, low: -1_100, high: -900, lower: 'first', repetitions: 6 } as const
  expect(relative(half, 2_000)).toBe(-0.5)
  expect(relative(half, notReached)).toBe(notReached)
})
