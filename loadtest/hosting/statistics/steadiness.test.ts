import { expect, it } from 'vitest'
import { outcomes, type Outcome, type RequestColumns } from '../model/index.ts'
import { steadiness } from './index.ts'
import { normal } from './normal.fixture.ts'
import { Random } from './random.ts'

const [MEASURED_S, PER_S] = [8, 50]
const offered = { measuredS: MEASURED_S, offeredPerS: PER_S }

interface Shape {
  readonly totalUs: (atS: number) => number
  readonly outcome?: (at: number) => Outcome
  readonly requests?: number
  readonly seed?: number
}

/** Requests at a constant rate; latencies scatter log-normally about `totalUs`. */
function columnsOf({ totalUs, outcome = () => 'accepted', requests = MEASURED_S * PER_S, seed = 1 }: Shape): RequestColumns {
  const random = new Random(seed)
  const none = new Float64Array(requests).fill(Number.NaN)
  const intendedUs = Float64Array.from({ length: requests }, (_, at) => (at / PER_S) * 1_000_000)
  const total = intendedUs.map((us, at) => (outcome(at) === 'late' ? Number.NaN : totalUs(us / 1_000_000) * Math.exp(0.3 * normal(random))))
  return { intendedUs, lateUs: new Float64Array(requests), totalUs: total, outcome: Uint8Array.from(intendedUs, (_, at) => outcomes.indexOf(outcome(at))), parseUs: none, verifyUs: none, appendUs: none, promiseUs: none, serverUs: none }
}

it('takes scattering latencies without a trend for steady', () => {
  expect(steadiness(columnsOf({ totalUs: () => 5_000 }), offered)).toEqual({ steady: true, why: [] })
})

it('takes a steady cell for unsteady in less than 2 of 100 cases', () => {
  const unsteady = Array.from({ length: 300 }, (_, seed) => steadiness(columnsOf({ totalUs: () => 5_000, seed }), offered)).filter(({ steady }) => !steady)
  expect(unsteady.length / 300).toBeLessThan(0.02)
})

it('lets a small drift pass, however sure it is', () => {
  expect(steadiness(columnsOf({ totalUs: (s) => 5_000 * (1 + 0.015 * s) }), offered).steady).toBe(true)
})

it('sees latency that rises, or still falls from a warm-up', () => {
  expect(steadiness(columnsOf({ totalUs: (s) => 5_000 * (1 + 0.2 * s) }), offered).why[0]).toMatch(/^latency rises within the measured time, from [\d.]+ ms to [\d.]+ ms$/)
  expect(steadiness(columnsOf({ totalUs: (s) => 12_000 - 1_200 * s }), offered).why[0]).toMatch(/^latency falls within the measured time/)
})

it('sees a backlog that grows: at 1.25 of what the system can bear, a fifth of all that comes', () => {
  // After a long warm-up, so that the latency itself changes by less than a quarter.
  const columns = columnsOf({ totalUs: () => 0 })
  const overloaded = { ...columns, totalUs: columns.intendedUs.map((us) => 20_000_000 + us / 4) }
  expect(steadiness(overloaded, offered)).toEqual({ steady: false, why: ['the backlog grows by 20 % of what comes'] })
})

it('sees that less than the offered load was accepted, and that the generator did not send it', () => {
  expect(steadiness(columnsOf({ totalUs: () => 5_000, outcome: (at) => (at % 10 === 0 ? 'refused' : 'accepted') }), offered).why).toEqual(['only 90 % of what was offered was accepted'])
  expect(steadiness(columnsOf({ totalUs: () => 5_000, requests: 380 }), offered).why).toEqual(['only 95 % of the 400 requests that were asked for are in the records'])
})

it('sees a system that stops answering', () => {
  const stopsAt = (last: number) => steadiness(columnsOf({ totalUs: (s) => 5_000 + 100 * s, outcome: (at) => (at > last ? 'late' : 'accepted') }), offered).why
  expect(stopsAt(230)).toEqual(['only 57.8 % of what was offered was accepted'])
  expect(stopsAt(310)).toEqual(['only 77.8 % of what was offered was accepted'])
})

it('does not call steady what it cannot see', () => {
  expect(steadiness(columnsOf({ totalUs: () => 5_000, requests: 3 })).why).toEqual(['too few requests to see a trend: they fall in 3 of 8 parts of the measured time'])
})
