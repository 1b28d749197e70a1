import { describe, expect, it } from 'vitest'
import { durationMs, periodMs, ratePerTimeUnit, ticks, warmUpTicks } from '../../scenarios/arrivals.ts'

describe('arrivals of the open model', () => {
  it('come at rates that are no whole number', () => {
    expect(ratePerTimeUnit(12.5)).toBe(12_500)
    expect(periodMs(12.5)).toBe(80)
    expect(periodMs(3)).toBe(333.333333)
  })

  it('are counted in the warm-up or in the measured time, never in both', () => {
    const arrivals = { ratePerS: 3, warmUpS: 1, measuredS: 2 }
    expect([warmUpTicks(arrivals), ticks(arrivals)]).toEqual([3, 9])
  })

  it('end between the last one and the next, which k6 must not begin', () => {
    for (const ratePerS of [0.5, 3, 7.7, 999.9, 2_000]) {
      const arrivals = { ratePerS, warmUpS: 2, measuredS: 8 }
      const last = (ticks(arrivals) - 1) * periodMs(ratePerS)
      expect(durationMs(arrivals)).toBeGreaterThan(last)
      expect(durationMs(arrivals)).toBeLessThan(last + periodMs(ratePerS))
    }
  })

  it('need a rate', () => {
    expect(() => ratePerTimeUnit(0)).toThrow('no rate')
  })
})
