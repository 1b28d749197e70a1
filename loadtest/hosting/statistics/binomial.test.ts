import { expect, it } from 'vitest'
import { binomial } from './binomial.ts'
import { chiSquare } from './chiSquare.fixture.ts'
import { Random } from './random.ts'

const DRAWS = 40_000

/** By P(k+1) = P(k) · (n−k)/(k+1) · p/q, in logarithms. */
function probabilities(trials: number, chance: number): number[] {
  let log = trials * Math.log1p(-chance)
  return Array.from({ length: trials + 1 }, (_, k) => {
    if (k > 0) log += Math.log(((trials - k + 1) / k) * (chance / (1 - chance)))
    return Math.exp(log)
  })
}

it.each([[5, 0.5], [40, 0.1], [40, 0.9], [30, 0.4], [1_000, 0.02], [1_000, 0.5], [10_000, 0.95]])('of %i trials with chance %f succeed as many as the distribution says', (trials, chance) => {
  const random = new Random(7)
  const expected = probabilities(trials, chance)
  const drawn = Array.from({ length: DRAWS }, () => binomial(trials, chance, random))
  const cells = expected.filter((probability) => probability * DRAWS >= 5).length
  // Of χ² the mean plus five standard deviations.
  expect(chiSquare(drawn, (k) => expected[k] ?? 0, trials + 1)).toBeLessThan(cells + 5 * Math.sqrt(2 * cells) + 5)
})

it('knows what is certain', () => {
  const random = new Random(1)
  expect([binomial(0, 0.5, random), binomial(9, 0, random), binomial(9, 1, random)]).toEqual([0, 0, 9])
})
