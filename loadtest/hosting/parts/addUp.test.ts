import { describe, expect, it } from 'vitest'
import type { AnchoredSample, RequestColumns } from '../model/index.ts'
import { addUp, anchoredAddUp, promisedAddUp } from './addUp.ts'
import { promisedPartNames, promisedParts } from './promisedParts.ts'

describe('parts that are to add up', () => {
  it('hold where each request is named to within 5 %, and say by how much they miss', () => {
    const errors = addUp([100, 200, 1_000], [[60, 150, 990], [38, 40, 20]])
    expect(errors).toMatchObject({ requests: 3, holds: true, limit: 0.05 })
    expect(errors.medianError).toBeCloseTo(0.02, 12)
    expect(errors.meanError).toBeCloseTo((0.02 + 0.05 + 0.01) / 3, 12)
    expect(errors.meanSignedError).toBeCloseTo((-0.02 - 0.05 + 0.01) / 3, 12)
  })

  it('do not hold where most requests are named and a few are far off', () => {
    const totals = Array<number>(100).fill(100)
    const parts = totals.map((total, i) => (i < 10 ? total * 0.4 : total))
    const errors = addUp(totals, [parts])
    expect(errors.medianError).toBe(0)
    expect(errors.meanError).toBeCloseTo(0.06, 12)
    expect(errors.holds).toBe(false)
  })

  it('do not hold where half of the requests are off and the others are exact', () => {
    expect(addUp([100, 100, 100], [[94, 94, 100]])).toMatchObject({ holds: false, medianError: expect.closeTo(0.06, 12), meanError: expect.closeTo(0.04, 12) })
  })

  it('do not hold where what one request misses another has too much of', () => {
    expect(addUp([100, 100], [[80, 120]])).toMatchObject({ meanSignedError: expect.closeTo(0, 12), meanError: expect.closeTo(0.2, 12), holds: false })
  })

  it('hold by a limit of one own', () => {
    expect(addUp([100], [[80]], 0.25).holds).toBe(true)
  })

  it('never hold of no requests, or where a part is unknown', () => {
    expect(addUp([], [])).toMatchObject({ requests: 0, medianError: Number.NaN, meanError: Number.NaN, holds: false })
    expect(addUp([100], [[Number.NaN]]).holds).toBe(false)
  })
})

describe('the parts of a promise', () => {
  const column = (...values: number[]): Float64Array => Float64Array.from(values)
  const none = Number.NaN
  /** Two accepted, one refused, one without Server-Timing, one late. */
  const columns: RequestColumns = {
    intendedUs: column(0, 1, 2, 3, 4),
    outcome: Uint8Array.from([0, 0, 1, 0, 3]),
    totalUs: column(20_000, 50_000, 3_000, 9_000, none),
    lateUs: column(0, 30_000, 0, 0, none),
    parseUs: column(100, 200, none, none, none),
    verifyUs: column(400, 300, none, none, none),
    appendUs: column(4_000, 5_000, none, none, none),
    promiseUs: column(500, 500, none, none, none),
    serverUs: column(5_200, 9_000, none, none, none),
  }

  it('are those of the accepted requests that said where their time went', () => {
    const { rows, totalUs, parts } = promisedParts(columns)
    expect([...rows]).toEqual([0, 1])
    expect([...totalUs]).toEqual([20_000, 50_000])
    expect(Object.fromEntries(promisedPartNames.map((name) => [name, [...parts[name]]]))).toEqual({
      late: [0, 30_000],
      network: [14_800, 11_000],
      'parse + verify': [500, 500],
      append: [4_000, 5_000],
      promise: [500, 500],
      'rest of the server': [200, 3_000],
    })
  })

  it('add up but for the rest of the server, which no step names', () => {
    const { requests, medianError, meanSignedError, holds } = promisedAddUp(promisedParts(columns))
    expect(requests).toBe(2)
    expect(medianError).toBeCloseTo((0.01 + 0.06) / 2, 12)
    expect(meanSignedError).toBeCloseTo(-(0.01 + 0.06) / 2, 12)
    expect(holds).toBe(true)
  })
})

it('readings to their anchors add up by their own parts', () => {
  const samples: AnchoredSample[] = [{ totalUs: 1_000, parts: [100, 200, 650] }, { totalUs: 1_000, parts: [100, 300, 600] }]
  expect(anchoredAddUp(samples)).toMatchObject({ requests: 2, meanError: expect.closeTo(0.025, 12), holds: true })
  expect(anchoredAddUp([]).holds).toBe(false)
})
