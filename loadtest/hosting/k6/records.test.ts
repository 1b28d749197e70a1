import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { outcomes } from '../model/index.ts'
import { intendedTicks } from './intendedTicks.ts'
import { loadStartMs } from './loadStart.ts'
import { measuredRequests } from './measuredRequests.ts'
import { requestRecord } from './requestRecord.ts'
import { serverTimes } from './serverTimes.ts'

const PERIOD_US = 1_000
const arrivals = { ratePerS: 1_000, warmUpS: 0.002, measuredS: 0.004 }

/** Of an iteration that began 10 µs late and took 500. */
function lineOf(iteration: number, tick = iteration, { status = 202, problem = '', traceId = '' } = {}): string {
  const startUs = tick * PERIOD_US + 10
  return JSON.stringify([iteration, startUs, 500, 1_700_000_000_000 + Math.floor(startUs / 1_000), status, 'parse;dur=0.100, total;dur=0.400', traceId, problem])
}

describe('intended ticks', () => {
  it('are those of the iterations when none was dropped, however late the generator was', () => {
    expect([...intendedTicks([0, 1, 2, 3], [0, 4_000, 4_100, 4_200], PERIOD_US, 4)]).toEqual([0, 1, 2, 3])
  })

  it('leave out what was dropped', () => {
    expect([...intendedTicks([0, 1, 2], [10, 5_010, 6_010], PERIOD_US, 7)]).toEqual([0, 5, 6])
  })

  it('are found again for any that were dropped, where the generator is on time', () => {
    const ran = fc.array(fc.boolean(), { minLength: 1, maxLength: 60 })
    fc.assert(fc.property(ran, fc.integer({ min: 0, max: PERIOD_US - 1 }), (kept, lateUs) => {
      const wanted = kept.flatMap((was, tick) => (was ? [tick] : []))
      const starts = wanted.map((tick) => tick * PERIOD_US + lateUs)
      expect([...intendedTicks(wanted.map((_, i) => i), starts, PERIOD_US, kept.length)]).toEqual(wanted)
    }))
  })

  it('are never given twice, never before the iteration and never after its start by more than the iteration itself says', () => {
    const gaps = fc.array(fc.nat(5_000), { minLength: 1, maxLength: 50 })
    fc.assert(fc.property(gaps, (between) => {
      let at = 0
      const starts = between.map((gap) => (at += gap))
      const found = intendedTicks(starts.map((_, i) => i), starts, PERIOD_US, 1_000)
      found.forEach((tick, i) => {
        expect(tick).toBeGreaterThanOrEqual(i)
        expect(tick).toBeLessThanOrEqual(Math.max(i, Math.floor((starts[i] ?? 0) / PERIOD_US)))
        if (i > 0) expect(tick).toBeGreaterThan(found[i - 1] ?? -1)
      })
    }))
  })
})

describe('the begin of the load', () => {
  it('is found to parts of a millisecond from clocks of whole ones', () => {
    const began = 1_700_000_000_000.437
    const records = Array.from({ length: 2_000 }, (_, i) => ({ startUs: i * 1_003.7, wallMs: Math.floor(began + (i * 1_003.7) / 1_000) }))
    expect(Math.abs(loadStartMs(records) - began)).toBeLessThan(0.05)
    const heldUp = records.map((record, i) => (i % 10 === 0 ? { ...record, startUs: record.startUs + 200_000 } : record))
    expect(Math.abs(loadStartMs(heldUp) - began)).toBeLessThan(0.2)
  })
})

describe('records of requests', () => {
  it('are told from what k6 writes beside them', () => {
    expect(() => requestRecord('time="…" level=warning')).toThrow()
    expect(() => requestRecord('[1,2]')).toThrow()
  })

  it('have the times of the server, those of several answers added up', () => {
    expect(serverTimes('parse;dur=0.120, total;dur=2, total;dur=1.5')).toEqual({ parseUs: 120, verifyUs: Number.NaN, appendUs: Number.NaN, promiseUs: Number.NaN, serverUs: 3_500 })
  })

  it('of the warm-up are not in the columns, and every arrival of the measured time is', () => {
    const { columns, dropped } = measuredRequests([0, 1, 2, 3, 4, 5].map((i) => requestRecord(lineOf(i))), arrivals)
    expect([...columns.intendedUs]).toEqual([0, 1_000, 2_000, 3_000])
    expect([...columns.lateUs]).toEqual([10, 10, 10, 10])
    expect([...columns.totalUs]).toEqual([510, 510, 510, 510])
    expect([...columns.parseUs]).toEqual([100, 100, 100, 100])
    expect([...columns.verifyUs]).toEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN])
    expect(dropped).toBe(0)
  })

  it('that are missing were dropped, and stand where they were intended', () => {
    const { columns, dropped } = measuredRequests([[0, 0], [1, 1], [2, 2], [3, 5]].map(([i, tick]) => requestRecord(lineOf(i ?? 0, tick))), arrivals)
    expect([...columns.outcome].map((outcome) => outcomes[outcome])).toEqual(['accepted', 'late', 'late', 'accepted'])
    expect(columns.totalUs[1]).toBeNaN()
    expect(dropped).toBe(2)
  })

  it('tell refused ones by their problem from failed ones by their error, in the measured time only', () => {
    const lines = [lineOf(0, 0, { status: 503, problem: '/problems/overloaded' }), lineOf(1), lineOf(2, 2, { status: 503, problem: '/problems/overloaded' }), lineOf(3, 3, { status: 0, problem: 'request timeout' }), lineOf(4), lineOf(5)]
    const { columns, refusals } = measuredRequests(lines.map(requestRecord), arrivals)
    expect([...columns.outcome].map((outcome) => outcomes[outcome])).toEqual(['refused', 'failed', 'accepted', 'accepted'])
    expect(refusals).toEqual({ '/problems/overloaded': 1, 'request timeout': 1 })
  })

  it('that waited for a block have no time of the server for all of it; the traced reading has that of its promise', () => {
    const [head, tail] = [[0, 10, 90_000, 1_700_000_000_000, 202], ['total;dur=0.400', 'a'.repeat(32), '', 600]]
    const { columns, traced } = measuredRequests([requestRecord(JSON.stringify([...head, ...tail]))], { ratePerS: 1_000, warmUpS: 0, measuredS: 0.001 })
    expect([columns.totalUs[0], columns.serverUs[0]]).toEqual([90_010, Number.NaN])
    expect(traced[0]).toMatchObject({ traceId: 'a'.repeat(32), totalUs: 610, serverUs: 400 })
  })
})
