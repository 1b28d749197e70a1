import { expect, it } from 'vitest'
import { atLeast, atMost, reported } from './row.ts'
import { percentile } from './statistics.ts'

it('judges the median of all rounds and keeps every round', () => {
  expect(atLeast(10, { name: 'rate', unit: '1/s', value: [9, 30, 11] })).toMatchObject({ value: 11, met: true, rounds: [9, 30, 11] })
  expect(atLeast(12, { name: 'rate', unit: '1/s', value: [9, 30, 11] }).met).toBe(false)
})

it('takes a value that is exactly what was asked for met', () => {
  expect([atLeast(5, { name: 'a', unit: 's', value: 5 }).met, atMost(5, { name: 'a', unit: 's', value: 5 }).met, atMost(5, { name: 'a', unit: 's', value: 5.01 }).met]).toEqual([true, true, false])
})

it('judges nothing where nothing is asked', () => {
  expect(reported({ name: 'a', unit: 's', value: 1 })).toMatchObject({ asked: null, bound: null, met: null })
})

it('takes percentiles by nearest rank', () => {
  const values = Array.from({ length: 100 }, (_, i) => 100 - i)
  expect([percentile(values, 0.5), percentile(values, 0.99), percentile(values, 1)]).toEqual([50, 99, 100])
  expect(() => percentile([], 0.5)).toThrow(RangeError)
})
