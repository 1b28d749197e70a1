import fc from 'fast-check'
import { expect, it } from 'vitest'
import { outcomes } from '../model/index.ts'
import { latenciesOf, notReached, percentile } from './index.ts'

const latencies = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 400 }).map((values) => Float64Array.from(values).sort())

it('has at least its share of all requests at or below it, and less below', () => {
  fc.assert(fc.property(latencies, fc.integer({ min: 1, max: 1_000 }), (sorted, perMille) => {
    const value = percentile(sorted, perMille / 1_000)
    if (value === notReached) throw new Error('all of these have come')
    expect(sorted.filter((one) => one <= value).length * 1_000).toBeGreaterThanOrEqual(sorted.length * perMille)
    expect(sorted.filter((one) => one < value).length * 1_000).toBeLessThan(sorted.length * perMille)
  }))
})

it('counts what was refused, failed or late as slower than all that came', () => {
  const outcome = Uint8Array.from([...Array.from({ length: 94 }, () => 'accepted' as const), 'refused', 'failed', 'failed', 'late', 'late', 'late'] as const, (name) => outcomes.indexOf(name))
  const totalUs = Float64Array.from({ length: 100 }, (_, at) => (at < 97 ? 100 - at : Number.NaN))
  const sorted = latenciesOf({ outcome, totalUs })
  expect(sorted).toHaveLength(100)
  expect(percentile(sorted, 0.5)).toBe(56)
  expect(percentile(sorted, 0.94)).toBe(100)
  expect(percentile(sorted, 0.95)).toBe(notReached)
})

it('says that there is none of nothing', () => {
  expect(() => percentile(new Float64Array(), 0.5)).toThrow('there is no percentile of nothing')
})
