import { describe, expect, it } from 'vitest'
import { Availability } from './availability.ts'

describe('the longest time without a promise', () => {
  it('is counted for all together and for the device that waited longest', () => {
    const availability = new Availability()
    for (const device of ['a', 'b']) availability.accepted(device, 1_000)
    availability.restart(2_000)
    availability.accepted('a', 2_500)
    availability.accepted('a', 4_000)
    availability.accepted('b', 4_100)
    expect([availability.unavailableMs(4_200), availability.longestPauseMs(4_200)]).toEqual([1_500, 2_100])
  })

  it('counts one that still lasts', () => {
    const availability = new Availability()
    availability.accepted('a', 1_000)
    expect([availability.unavailableMs(61_000), availability.longestPauseMs(61_000)]).toEqual([60_000, 60_000])
  })
})
