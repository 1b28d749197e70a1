import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_BODY_BYTES, requestsOf } from './requests.ts'

const envelopes = fc.array(fc.integer({ min: 1, max: 65_535 }).map((length) => 'x'.repeat(length)), { maxLength: 60 })

describe('requests', () => {
  it('hold every envelope once and in order, within both bounds', () => {
    fc.assert(
      fc.property(envelopes, fc.integer({ min: 1, max: 20 }), (all, most) => {
        const requests = requestsOf(all, most)
        expect(requests.flat()).toEqual(all)
        for (const readings of requests) {
          expect(readings.length).toBeGreaterThan(0)
          expect(readings.length).toBeLessThanOrEqual(most)
          expect(JSON.stringify({ readings }).length).toBeLessThanOrEqual(MAX_BODY_BYTES)
        }
      }),
      { numRuns: 50 },
    )
  })

  it('are none for nothing', () => {
    expect(requestsOf([])).toEqual([])
  })
})
