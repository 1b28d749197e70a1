import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { anchoredAddUp } from './addUp.ts'
import { SpanCollector } from './spanCollector.ts'

const BEGAN_MS = 1_700_000_000_000
const hex = (number: number, digits: number): string => number.toString(16).padStart(digits, '0')

interface Step {
  readonly name: string
  readonly id: number
  readonly trace: number
  readonly parent?: number
  readonly links?: readonly number[]
  readonly fromMs: number
  readonly toMs: number
  readonly events?: Readonly<Record<string, number>>
  readonly error?: string
}

const nano = (ms: number): string => `${BigInt(Math.round((BEGAN_MS + ms) * 1_000)) * 1_000n}`

/** As the exporter sends it. */
function wireSpan({ name, id, trace, parent, links = [], fromMs, toMs, events = {}, error }: Step): object {
  return {
    name, traceId: hex(trace, 32), spanId: hex(id, 16), kind: name.startsWith('POST') ? 2 : 1, ...(parent !== undefined && { parentSpanId: hex(parent, 16) }),
    startTimeUnixNano: nano(fromMs), endTimeUnixNano: nano(toMs),
    links: links.map((link) => ({ traceId: hex(99, 32), spanId: hex(link, 16) })),
    events: Object.entries(events).map(([event, ms]) => ({ name: event, timeUnixNano: nano(ms) })),
    attributes: error === undefined ? [] : [{ key: 'error.type', value: { stringValue: error } }],
  }
}

const reading = (trace: number) => ({ traceId: hex(trace, 32), intendedAtMs: BEGAN_MS + 0.5, parseUs: 300, verifyUs: 700, appendUs: 4_000 })
const request = (trace: number): Step => ({ name: 'POST /v1/readings', id: trace * 10, trace, fromMs: 20, toMs: 27 })
const append = (trace: number): Step => ({ name: 'append', id: trace * 10 + 1, trace, parent: trace * 10, fromMs: 22, toMs: 26 })
const moments = { broadcast: 560, included: 590 }

let collector: SpanCollector
beforeEach(async () => void (collector = await SpanCollector.start({ mostSpans: 20 })))
afterEach(() => collector[Symbol.asyncDispose]())

async function send(...steps: Step[]): Promise<number> {
  const body = JSON.stringify({ resourceSpans: [{ resource: { attributes: [] }, scopeSpans: [{ spans: steps.map(wireSpan) }] }] })
  return (await fetch(`${collector.environment['OTEL_EXPORTER_OTLP_ENDPOINT']}/v1/traces`, { method: 'POST', body })).status
}

const atOnce = { limitMs: 0, quietMs: 0 }

describe('the spans of a batched chain', () => {
  const sequence: Step = { name: 'sequence', id: 901, trace: 1, parent: 11, links: [21], fromMs: 40, toMs: 60 }
  const anchor: Step = { name: 'anchor', id: 902, trace: 5, parent: 900, links: [901], fromMs: 550, toMs: 600, events: moments }

  it('give a sample to each reading of the batch, in the first trace and in the linked ones', async () => {
    await send(request(1), append(1), request(2), append(2), sequence, anchor)
    const { samples, missing } = await collector.anchoredSamples([reading(1), reading(2)])
    const expected = { totalUs: 600_000, parts: [20_000, 1_000, 4_000, 34_000, 500_000, 30_000, 10_000] }
    expect(samples).toEqual([expected, expected])
    expect(missing).toEqual({ request: 0, append: 0, sequence: 0, anchor: 0 })
    expect(anchoredAddUp(samples)).toMatchObject({ requests: 2, meanSignedError: expect.closeTo(-1 / 600, 12) })
  })

  it('count the append until the reading is sequenced, where its end was heard of later', async () => {
    await send(request(1), { ...append(1), toMs: 62 }, sequence, anchor)
    const { samples } = await collector.anchoredSamples([reading(1)], atOnce)
    expect(samples.map(({ parts }) => parts)).toEqual([[20_000, 1_000, 2_000, 0, 500_000, 30_000, 10_000]])
  })

  it('are waited for', async () => {
    const samples = collector.anchoredSamples([reading(1)])
    for (const step of [anchor, sequence, append(1), request(1)]) await send(step)
    expect((await samples).samples).toHaveLength(1)
  })

  it('that do not come are told by the first step that is missing', async () => {
    await send(request(2), request(3), append(3), request(1), append(1), sequence)
    const { samples, missing } = await collector.anchoredSamples([1, 2, 3, 4].map(reading), atOnce)
    expect(samples).toEqual([])
    expect(missing).toEqual({ request: 1, append: 1, sequence: 1, anchor: 1 })
  })

  it('leave out what failed and was tried again', async () => {
    await send(request(1), append(1), { ...sequence, id: 900, toMs: 45, error: 'SqliteError' }, sequence, { ...anchor, parent: 900, links: [] }, { ...anchor, id: 903, toMs: 700 })
    expect((await collector.anchoredSamples([reading(1)], atOnce)).samples.map(({ totalUs }) => totalUs)).toEqual([700_000])
  })
})

it('of a direct chain, the reading has the anchor of its own transaction, not of another one of its batch', async () => {
  const own = { name: 'anchor', id: 801, trace: 1, parent: 11, fromMs: 70, toMs: 100, events: { broadcast: 80, included: 90 } }
  const other = { ...own, id: 802, trace: 2, parent: 21, toMs: 300 }
  await send(other, request(1), append(1), request(2), append(2), { name: 'sequence', id: 800, trace: 1, parent: 11, links: [21], fromMs: 40, toMs: 60 }, own)
  expect((await collector.anchoredSamples([reading(1), reading(2)], atOnce)).samples.map(({ totalUs }) => totalUs)).toEqual([100_000, 300_000])
})

it('keeps no more spans than it may, says how many found no room, and begins anew with each cell', async () => {
  await send(...Array.from({ length: 30 }, (_, i) => request(i + 1)))
  expect((await collector.anchoredSamples([reading(20), reading(21)], atOnce))).toMatchObject({ dropped: 10, missing: { append: 1, request: 1 } })
  collector.clear()
  expect((await collector.anchoredSamples([reading(20)], atOnce))).toMatchObject({ dropped: 0, missing: { request: 1 } })
})

it('ends at once when it is told to', async () => {
  const stop = new AbortController()
  const samples = collector.anchoredSamples([reading(1)], { signal: stop.signal })
  stop.abort(new Error('Ctrl-C'))
  await expect(samples).rejects.toThrow()
})

it('outlives a sender of nonsense', async () => {
  const endpoint = `${collector.environment['OTEL_EXPORTER_OTLP_ENDPOINT']}/v1/traces`
  expect((await fetch(endpoint, { method: 'POST', body: '{' })).status).toBe(400)
  expect(await send(request(1))).toBe(200)
})
