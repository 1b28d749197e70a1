import { expect, it } from 'vitest'
import { chiSquare } from './chiSquare.fixture.ts'
import { Random } from './random.ts'

// rust-random/rngs, rand_xoshiro/src/xoshiro128starstar.rs, which says that it made them with the authors' C program, version 1.1.
it('gives the values of xoshiro128** that the rand_xoshiro crate has for the state 1, 2, 3, 4', () => {
  const random = Random.ofState([1, 2, 3, 4])
  expect(Array.from({ length: 10 }, () => random.uint32())).toEqual([11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804])
})

it('gives the same numbers for the same seed, others for another', () => {
  const numbers = (seed: number): number[] => Array.from({ length: 5 }, ((random) => () => random.fraction())(new Random(seed)))
  expect(numbers(42)).toEqual(numbers(42))
  expect(numbers(42)).not.toEqual(numbers(43))
})

it('favours no number below a bound', () => {
  const random = new Random(1)
  const seen = Array.from({ length: 70_000 }, () => random.below(7))
  expect(chiSquare(seen, () => 1 / 7, 7)).toBeLessThan(22.5) // 0.999 of χ² with 6 degrees
})
