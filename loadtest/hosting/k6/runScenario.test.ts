import { TemporaryFolder } from '@brume/testing'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { outcomes, type Outcome, type RequestColumns } from '../model/index.ts'
import { accept, AnsweringServer, refuse, type Answering } from './answeringServer.fixture.ts'
import type { ScenarioRun } from './k6Arguments.ts'
import { hasK6 } from './k6Program.ts'
import { runScenario } from './runScenario.ts'

const STALL_MS = 1_000
const LIMIT_MS = 60_000

function count({ outcome }: RequestColumns, wanted: Outcome): number {
  return [...outcome].filter((one) => outcomes[one] === wanted).length
}

function percentileMs({ totalUs }: RequestColumns, share: number): number {
  const sorted = totalUs.toSorted()
  return (sorted[Math.floor(share * sorted.length)] ?? Number.NaN) / 1_000
}

/** Nothing is answered for a second; then all that waited is. */
function stalling(atReading: number): Answering {
  let stalledUntil = 0
  return (response, at) => {
    if (at === atReading) stalledUntil = performance.now() + STALL_MS
    const waitMs = stalledUntil - performance.now()
    if (waitMs > 0) setTimeout(() => accept(response), waitMs)
    else accept(response)
  }
}

describe.skipIf(!hasK6())('a scenario (needs Go or k6)', () => {
  const folder = new TemporaryFolder()
  const envelopes = join(folder.path, 'envelopes')
  beforeAll(() => writeFileSync(envelopes, Array.from({ length: 2_000 }, (_, i) => `head${i}.body.signature\n`).join('')))
  afterAll(() => folder[Symbol.dispose]())

  const run = (url: string, more: Partial<ScenarioRun> = {}): ScenarioRun => ({
    scenario: 'readings', url, envelopes, ratePerS: 100, warmUpS: 1, measuredS: 3, maxVus: 20, tracedPerS: 0, seed: 7, ...more,
  })

  it('counts every latency from the intended time: who would have come while the server stalls waits too', async () => {
    await using server = await AnsweringServer.start(stalling(200))
    const { columns, dropped } = await runScenario(run(server.url, { maxVus: 200 }))
    expect([columns.intendedUs.length, count(columns, 'accepted'), dropped]).toEqual([300, 300, 0])
    expect([...columns.intendedUs]).toEqual(Array.from({ length: 300 }, (_, i) => i * 10_000))
    expect(percentileMs(columns, 0.99)).toBeGreaterThanOrEqual(500)
    // A third of the measured time: a second, of which each arrival waits for what is left.
    expect([...columns.totalUs].filter((us) => us > 100_000).length).toBeGreaterThanOrEqual(80)
  }, LIMIT_MS)

  it('counts what k6 dropped as late, each at the time when it was intended', async () => {
    await using server = await AnsweringServer.start(stalling(200))
    const { columns, dropped } = await runScenario(run(server.url, { maxVus: 20 }))
    const late = [...columns.outcome].flatMap((one, row) => (outcomes[one] === 'late' ? [row] : []))
    expect(dropped).toBe(late.length)
    expect(dropped).toBeGreaterThanOrEqual(60) // of about 100, 20 had a virtual user
    expect(server.readings + dropped).toBe(400)
    // One hole, in the second of the stall, and none after it.
    expect((late.at(-1) ?? 0) - (late[0] ?? 0)).toBeLessThan(late.length + 10)
    expect([...columns.lateUs.slice((late.at(-1) ?? 0) + 10)].every((us) => us < 100_000)).toBe(true)
  }, LIMIT_MS)

  it('counts refusals by the type of their problem, answers of others by their status, and what got none', async () => {
    await using server = await AnsweringServer.start((response, at) => {
      if (at % 4 === 0) refuse(response, 503, '/problems/overloaded')
      else if (at % 4 === 1) response.writeHead(502).end('<html>')
      else if (at % 4 === 2) accept(response)
      else setTimeout(() => accept(response), 2_000)
    })
    const { columns, refusals } = await runScenario(run(server.url, { warmUpS: 0, measuredS: 2, answerLimitS: 0.5, maxVus: 100 }))
    expect([count(columns, 'accepted'), count(columns, 'refused'), count(columns, 'failed')]).toEqual([50, 100, 50])
    expect(refusals).toEqual({ '/problems/overloaded': 50, 'status 502': 50, 'request timeout': 50 })
  }, LIMIT_MS)

  it('takes a batch for refused when one of its readings is', async () => {
    writeFileSync(join(folder.path, 'batches'), '{"readings":["a.b.c"]}\n'.repeat(100))
    const results = [{ status: 202, leafHash: 'x', promise: 0 }, { status: 403, problem: { refusal: 'x', type: '/problems/unknown-device', status: 403 } }]
    await using server = await AnsweringServer.start((response) => void response.writeHead(202, { 'content-type': 'application/json' }).end(JSON.stringify({ results, promises: ['x'] })))
    const { refusals } = await runScenario(run(server.url, { envelopes: join(folder.path, 'batches'), ratePerS: 50, warmUpS: 0, measuredS: 2 }))
    expect(refusals).toEqual({ '/problems/unknown-device': 100 })
  }, LIMIT_MS)

  it('leaves the warm-up out, reads Server-Timing, sends each body once and over connections that are open already', async () => {
    await using server = await AnsweringServer.start((response, at) => (at < 100 ? refuse(response, 503, '/problems/overloaded') : accept(response)))
    const { columns, refusals, generatorCpuUs, exit } = await runScenario(run(server.url, { measuredS: 1 }))
    expect([columns.intendedUs.length, count(columns, 'accepted'), exit]).toEqual([100, 100, 0])
    expect(refusals).toEqual({})
    expect([columns.parseUs[5], columns.verifyUs[5], columns.appendUs[5], columns.promiseUs[5], columns.serverUs[5]]).toEqual([100, 200, 300, 50, 700])
    expect(new Set(server.bodies).size).toBe(200)
    expect(server.connections.map(({ firstPath }) => firstPath)).toEqual(new Array(20).fill('/livez'))
    expect(generatorCpuUs).toBeGreaterThan(0)
    expect(generatorCpuUs).toBeLessThan(1_000_000)
  }, LIMIT_MS)

  it('samples as many traces as were asked for, and says when each reading was intended', async () => {
    await using server = await AnsweringServer.start(accept)
    const beforeMs = Date.now()
    const { traced } = await runScenario(run(server.url, { measuredS: 2, tracedPerS: 5 }))
    expect(traced).toHaveLength(10)
    const sampled = server.traceparents.filter((text) => text.endsWith('-01')).map((text) => text.split('-')[1])
    for (const { traceId, intendedAtMs } of traced) {
      expect(sampled).toContain(traceId)
      expect(intendedAtMs).toBeGreaterThan(beforeMs)
      expect(intendedAtMs).toBeLessThan(Date.now())
    }
    expect(server.traceparents).toHaveLength(300)
    expect(server.traceparents.filter((text) => text.endsWith('-00'))).toHaveLength(285)
    expect(new Set(server.traceparents).size).toBe(300)
  }, LIMIT_MS)

  it('says what k6 said when there are too few envelopes', async () => {
    await using server = await AnsweringServer.start(accept)
    await expect(runScenario(run(server.url, { measuredS: 60 }))).rejects.toThrow(/ENVELOPES has 2000 requests, but RATE, WARM_UP and DURATION need 6100/)
    expect(server.readings).toBe(0)
  }, LIMIT_MS)

  it('that is given up leaves no process', async () => {
    const interruption = new AbortController()
    await using server = await AnsweringServer.start((response, at) => {
      if (at === 10) interruption.abort(new Error('interrupted'))
      accept(response)
    })
    let pid = 0
    await expect(runScenario(run(server.url), { signal: interruption.signal, onStart: (started) => (pid = started) })).rejects.toThrow('interrupted')
    expect(pid).toBeGreaterThan(0)
    expect(existsSync(`/proc/${pid}`)).toBe(false)
  }, LIMIT_MS)
})
