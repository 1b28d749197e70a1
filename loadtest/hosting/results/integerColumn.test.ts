import fc from 'fast-check'
import { expect, it } from 'vitest'
import { codeBy, codeColumn, decodeColumn, guesses } from './integerColumn.ts'

const LARGEST = 2 ** 48
const value = fc.oneof(fc.integer({ min: -1_000, max: 100_000 }), fc.integer({ min: -LARGEST, max: LARGEST }), fc.constantFrom(-LARGEST, LARGEST), fc.constant(Number.NaN))

it('gives back what it was given, also what is not there', () => {
  fc.assert(fc.property(fc.array(value, { maxLength: 200 }), (values) => {
    for (const guess of guesses) expect([...decodeColumn(codeBy(Float64Array.from(values), guess))]).toEqual(values)
    expect([...decodeColumn(codeColumn(Float64Array.from(values)))]).toEqual(values)
  }), { numRuns: 1_000 })
})

it('stores a constant rate in a byte each, whatever its numbers', () => {
  const values = Float64Array.from({ length: 500 }, (_, at) => Math.round((at * 1_000_000) / 7))
  expect(codeColumn(values)).toMatchObject({ guess: 'steps', width: 3 }) // the first step is large
  expect(codeColumn(values).bytes.subarray(502, 1_000).every((byte) => byte === 0)).toBe(true)
})

it('is exact where guesses are as far off as they can be', () => {
  const swinging = Float64Array.from({ length: 50 }, (_, at) => (at % 2 === 0 ? LARGEST - at : at - LARGEST))
  for (const guess of guesses) expect(decodeColumn(codeBy(swinging, guess))).toEqual(swinging)
})

it.each([0.5, Number.POSITIVE_INFINITY, LARGEST + 1])('refuses %f', (wrong) => {
  expect(() => codeColumn(Float64Array.of(1, wrong))).toThrow('is no whole number of µs')
})
