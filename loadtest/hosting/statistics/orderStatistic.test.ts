import fc from 'fast-check'
import { expect, it } from 'vitest'
import { binomial } from './binomial.ts'
import { chiSquare } from './chiSquare.fixture.ts'
import { OrderStatistic } from './orderStatistic.ts'
import { Random } from './random.ts'

const drawerOf = (samples: readonly Float64Array[], random: Random): OrderStatistic => new OrderStatistic(samples, (trials, chance) => binomial(trials, chance, random))

/** All resamples there are, each as likely as the next: every combination of draws. */
function everyResample(samples: readonly (readonly number[])[]): number[][] {
  return samples.flatMap((sample) => sample.map(() => sample)).reduce<number[][]>((drawn, sample) => drawn.flatMap((some) => sample.map((value) => [...some, value])), [[]])
}

it.each([
  { samples: [[1, 2, 3], [2, 5]], rank: 3 },
  { samples: [[0, 1, 2, 3, 4, 5]], rank: 5 },
  { samples: [[1, 1, 1, 2], [1, 7]], rank: 4 },
  { samples: [[4], [1, 2], [9, 9]], rank: 2 },
])('draws rank $rank of resamples of $samples as often as it is that value in all of them', ({ samples, rank }) => {
  const all = everyResample(samples).map((resample) => resample.toSorted((a, b) => a - b)[rank - 1] ?? 0)
  const drawer = drawerOf(samples.map((sample) => Float64Array.from(sample)), new Random(3))
  const once = Uint32Array.from(samples, () => 1)
  const drawn = Array.from({ length: 30_000 }, () => drawer.draw(once, () => rank))
  expect(new Set(drawn)).toEqual(new Set(all))
  expect(chiSquare(drawn, (value) => all.filter((other) => other === value).length / all.length, 10)).toBeLessThan(30)
})

/** The two-sample statistic of Kolmogorov and Smirnov. */
function largestGap(a: Float64Array, b: Float64Array): number {
  const share = (sorted: Float64Array, value: number): number => sorted.filter((one) => one <= value).length / sorted.length
  return Math.max(...a.map((value) => Math.abs(share(a, value) - share(b, value))))
}

it('has the distribution of sorting each resample, also where samples differ and one is chosen twice', () => {
  const random = new Random(11)
  const samples = [200, 150, 250].map((size, at) => Float64Array.from({ length: size }, () => Math.round(500 * random.fraction() ** 3) + 40 * at).sort())
  const chosen = Uint32Array.of(2, 0, 1)
  const drawn = (sample: Float64Array | undefined): number[] => Array.from({ length: sample?.length ?? 0 }, () => sample?.[random.below(sample.length)] ?? 0)
  const sortedEach = Float64Array.from({ length: 2_000 }, () => [...drawn(samples[0]), ...drawn(samples[0]), ...drawn(samples[2])].sort((a, b) => a - b)[616] ?? 0).sort()
  const drawer = drawerOf(samples, random)
  const split = Float64Array.from({ length: 2_000 }, () => drawer.draw(chosen, () => 617)).sort()
  expect(largestGap(sortedEach, split)).toBeLessThan(1.95 * Math.sqrt(2 / 2_000)) // 0.999
})

it('draws only values that there are, whatever the samples', () => {
  const sample = fc.array(fc.oneof(fc.integer({ min: 0, max: 20 }), fc.constant(Number.POSITIVE_INFINITY)), { minLength: 1, maxLength: 30 })
  fc.assert(fc.property(fc.array(sample, { minLength: 1, maxLength: 5 }), fc.nat(), fc.double({ min: 0, max: 0.999, noNaN: true }), (samples, seed, share) => {
    const sorted = samples.map((values) => Float64Array.from(values).sort())
    const value = drawerOf(sorted, new Random(seed)).draw(Uint32Array.from(samples, () => 1), (count) => Math.floor(count * share) + 1)
    expect(samples.flat()).toContain(value)
  }))
})
