import { describe, expect, it } from 'vitest'
import { roundTripsNeeded, refuseDelay } from './achievedDelay.ts'
import { coldConnectionMs } from './coldConnection.ts'
import { askedMs, toxicDelay, wayDelays } from './linkDelays.ts'
import { knownNetworks, readNetwork } from './networkProfile.ts'

const network = readNetwork({ name: 'wifi+near', access: 'wifi', region: 'near' })
const delay = (askedMs: number, achievedMs: number) => ({ network: 'x', askedMs, achievedMs, coldConnectionMs: 0 })

describe('the ways of a placement', () => {
  it('are the access alone, one with the sum, or one on each side of the gateway', () => {
    expect(wayDelays('fog', network)).toEqual({ device: { roundTripMs: 3, jitterMs: 1 } })
    expect(wayDelays('cloud', network)).toEqual({ device: { roundTripMs: 13, jitterMs: 1 } })
    expect(wayDelays('gateway', network)).toEqual({ device: { roundTripMs: 3, jitterMs: 1 }, behindGateway: { roundTripMs: 10, jitterMs: 0 } })
  })

  it('are asked for the same there and back by the gateway as by the cloud', () => {
    expect([askedMs(wayDelays('cloud', network)), askedMs(wayDelays('gateway', network))]).toEqual([13, 13])
  })

  it('are split into whole ms, an odd one with the longer part on the way back', () => {
    expect(toxicDelay({ roundTripMs: 5, jitterMs: 0 })).toEqual({ upMs: 2, downMs: 3, jitterMs: 0 })
    expect(toxicDelay({ roundTripMs: 1, jitterMs: 0 })).toEqual({ upMs: 0, downMs: 1, jitterMs: 0 })
  })

  it('keep their mean with jitter, which Toxiproxy draws half a ms too low each way', () => {
    const { upMs, downMs, jitterMs = 0 } = toxicDelay({ roundTripMs: 50, jitterMs: 8 })
    const drawn = Array.from({ length: 2 * jitterMs }, (_, at) => at - jitterMs)
    const meanMs = drawn.reduce((sum, one) => sum + one, 0) / drawn.length
    expect(upMs + downMs + 2 * meanMs).toBe(50)
  })

  it('are never given a negative delay by any profile of the repository', () => {
    const { access, region } = knownNetworks()
    const networks = access.flatMap((one) => region.map((other) => readNetwork({ name: '', access: one, region: other })))
    for (const kind of ['fog', 'cloud', 'gateway'] as const) {
      for (const { device, behindGateway } of networks.map((one) => wayDelays(kind, one))) {
        for (const { upMs, downMs, jitterMs = 0 } of [device, ...(behindGateway ? [behindGateway] : [])].map(toxicDelay)) expect(Math.min(upMs, downMs)).toBeGreaterThanOrEqual(jitterMs)
      }
    }
  })
})

describe('a cold connection', () => {
  it('adds one round trip for TCP and one for TLS 1.3, to whom the device connects', () => {
    expect((['fog', 'cloud', 'gateway'] as const).map((kind) => coldConnectionMs(wayDelays(kind, network)))).toEqual([6, 26, 6])
  })
})

describe('an achieved delay', () => {
  it('may differ by a tenth or half a ms, the larger', () => {
    for (const [asked, achieved] of [[1, 1.49], [1, 0.51], [0, 0.5], [50, 54.9], [50, 45.1]] as const) expect(() => refuseDelay(delay(asked, achieved))).not.toThrow()
    for (const [asked, achieved] of [[1, 1.51], [1, 0.49], [50, 55.1], [50, 44.9], [50, Number.NaN]] as const) expect(() => refuseDelay(delay(asked, achieved))).toThrow('were asked')
  })

  it('that is refused is told with both figures', () => {
    expect(() => refuseDelay(delay(50, 58.123))).toThrow('network x: 50 ms there and back were asked, 58.12 ms were achieved; they may differ by 5.00 ms')
  })

  it('takes more round trips where there is more jitter, and a bounded number', () => {
    expect(roundTripsNeeded({ device: { roundTripMs: 1, jitterMs: 0 } })).toBe(30)
    expect(roundTripsNeeded({ device: { roundTripMs: 50, jitterMs: 8 } })).toBe(93)
    expect(roundTripsNeeded({ device: { roundTripMs: 10, jitterMs: 5 } })).toBe(400)
  })
})
