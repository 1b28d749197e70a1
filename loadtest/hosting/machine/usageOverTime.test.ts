import { describe, expect, it } from 'vitest'
import { UsageOverTime } from './usageOverTime.ts'

describe('usage over time', () => {
  it('is how much each counter has grown between two times, on a straight line between two looks', () => {
    let [nowMs, cpu, throttled] = [1_000, 500, 10]
    using usage = new UsageOverTime({ cpu: () => cpu, throttled: () => throttled }, () => nowMs);
    [nowMs, cpu, throttled] = [3_000, 900, 30]
    expect(usage.between(1_500, 2_500)).toEqual({ cpu: 200, throttled: 10 })
  })

  it('is nothing where nobody looked', () => {
    let nowMs = 1_000
    using usage = new UsageOverTime({ cpu: () => nowMs }, () => nowMs)
    nowMs = 2_000
    expect(usage.between(0, 1_000)).toEqual({ cpu: 0 })
    expect(usage.between(2_000, 9_000)).toEqual({ cpu: 0 })
  })
})
