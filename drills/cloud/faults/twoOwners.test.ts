import { describe, expect, it } from 'vitest'
import { refusalOf } from './twoOwners.ts'

const before = new Map([[0, 3], [1, 7]])

describe('the evidence that an old holder was refused', () => {
  it.each([
    ['entries/1 was taken under epoch 8, this process holds 7'],
    ['entries/0 is not held under epoch 3 any more'],
  ])('is a refusal of the epoch that it held: %s', (text) => {
    expect(refusalOf(before, `{"message":"${text}"}`)).toBe(text)
  })

  it.each([
    ['entries/1 was taken under epoch 7, this process holds 6'],
    ['entries/0 is not held under epoch 2 any more'],
    ['entries/2 is not held under epoch 1 any more'],
  ])('is none of an earlier hand-over: %s', (text) => {
    expect(refusalOf(before, text)).toBeUndefined()
  })
})
