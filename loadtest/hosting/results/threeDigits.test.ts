import fc from 'fast-check'
import { expect, it } from 'vitest'
import { atPlace, placeOf, threeDigits } from './threeDigits.ts'

it('is off by half or by 0.5 % at most, and gives the same again', () => {
  fc.assert(fc.property(fc.double({ min: -1e12, max: 1e12, noNaN: true }), (value) => {
    const short = threeDigits(value)
    expect(Math.abs(short - value)).toBeLessThanOrEqual(Math.max(0.5, 0.005 * Math.abs(value)))
    expect(threeDigits(short)).toBe(short)
  }))
})

it('counts all numbers of three digits through without a gap', () => {
  const places = Array.from({ length: 8_000 }, (_, place) => place)
  expect(places.map(atPlace).map(placeOf)).toEqual(places)
  expect(places.map(atPlace).map(threeDigits)).toEqual(places.map(atPlace))
  expect([999, 1_000, 1_010, 9_990, 10_000, 10_100, -1_010].map(placeOf)).toEqual([999, 1_000, 1_001, 1_899, 1_900, 1_901, -1_001])
})
