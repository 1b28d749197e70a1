import fc from 'fast-check'
import { expect, it } from 'vitest'
import { mannKendall } from './mannKendall.ts'
import { Random } from './random.ts'

it('counts rising less falling pairs: 45 of a series of ten that only rises, with z = 44 / √125', () => {
  const { s, chance } = mannKendall([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  expect(s).toBe(45)
  expect(chance).toBeCloseTo(8.3e-5, 5)
})

it('takes the variance of ties off, and a constant series for one without a trend', () => {
  expect(mannKendall([1, 1, 1, 1, 1, 1, 1, 1])).toEqual({ s: 0, chance: expect.closeTo(1, 6) })
  expect(mannKendall([1, 1, 2, 2, 3, 3, 4, 4]).chance).toBeLessThan(mannKendall([1, 2, 1, 2, 3, 4, 3, 4]).chance)
})

it('depends on ranks only, and turns with the series', () => {
  fc.assert(fc.property(fc.array(fc.oneof(fc.integer({ min: 0, max: 50 }), fc.constant(Number.POSITIVE_INFINITY)), { minLength: 8, maxLength: 30 }), (series) => {
    const trend = mannKendall(series)
    expect(mannKendall(series.map((value) => Math.exp(value / 10)))).toEqual(trend)
    expect(mannKendall(series.toReversed()).s + trend.s).toBe(0)
  }))
})

it('finds a trend in series without one about as often as it says', () => {
  const random = new Random(4)
  const found = Array.from({ length: 2_000 }, () => mannKendall(Array.from({ length: 8 }, () => random.fraction())).chance < 0.05)
  expect(found.filter(Boolean).length / 2_000).toBeLessThan(0.06)
})
