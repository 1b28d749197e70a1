import { expect, it } from 'vitest'
import { armFactor, studentT } from './fewRepetitions.ts'

it.each([[1, 0.95, 12.706], [2, 0.95, 4.303], [5, 0.95, 2.571], [5, 0.99, 4.032], [10, 0.9, 1.812], [30, 0.95, 2.042], [10_000, 0.95, 1.96]])('has the tables of Student for %i degrees at %f', (degrees, level, t) => {
  expect(studentT(degrees, level)).toBeCloseTo(t, 3)
})

it('stretches less the more repetitions there are, and not at all for very many', () => {
  const factors = [2, 3, 6, 30, 1_000].map((repetitions) => armFactor(repetitions, 0.95))
  expect(factors).toEqual(factors.toSorted((a, b) => b - a))
  expect(factors.at(-1)).toBeCloseTo(1, 2)
})

it('cannot be said of one repetition', () => {
  expect(() => armFactor(1, 0.95)).toThrow('one repetition says nothing about the next one')
})
