import { startTracing, type Tracing } from '@brume/observability'
import { OtlpReceiver, type ReceivedSpan } from '@brume/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AnchorTraces } from './anchorTraces.ts'

const id = '0199c0de-0000-7000-8000-0000000000c1'
const hex = (number: number, digits: number): string => number.toString(16).padStart(digits, '0')
const traceOf = (number: number): string => hex(number, 32)
const traceparent = (number: number): string => `00-${traceOf(number)}-${hex(number, 16)}-01`
const entry = (index: number) => ({ index, traceparent: traceparent(index + 1) })
const record = (index: number) => ({ nonce: index + 2, purpose: 'record' as const, subject: index })
const anchor = (nonce: number, subject: number) => ({ nonce, purpose: 'anchor' as const, subject })
const succeeded = ({ nonce }: { nonce: number }) => ({ nonce, succeeded: true })

let receiver: OtlpReceiver
let tracing: Tracing
beforeEach(async () => {
  receiver = await OtlpReceiver.start()
  tracing = await startTracing({ otlpEndpoint: receiver.endpoint, serviceName: 'brume-ledger', instanceId: 'l1', onTrouble: () => undefined })
})
afterEach(async () => {
  await tracing.close(1_000)
  await receiver[Symbol.asyncDispose]()
})

async function received(): Promise<readonly ReceivedSpan[]> {
  await tracing.close(5_000)
  return receiver.spans
}

describe('the anchor of a direct chain', () => {
  it('is timed for each traced reading by its own transaction, in its own trace', async () => {
    const traces = new AnchorTraces({ id, writeMode: 'direct' })
    traces.sequenced({ entries: [entry(3), entry(5)], sequenced: traceparent(1_000) })
    const planned = [2, 3, 4, 5, 6].map(record)
    traces.planned(planned)
    traces.broadcast(planned)
    traces.included(planned.slice(0, 3))
    traces.final(planned.slice(0, 3).map(succeeded))
    traces.included(planned)
    traces.final(planned.map(succeeded))
    const spans = await received()
    expect(spans.map(({ name, traceId, parentSpanId, links }) => ({ name, traceId, parentSpanId, links }))).toEqual([4, 6].map((number) => ({ name: 'anchor', traceId: traceOf(number), parentSpanId: hex(number, 16), links: [] })))
    expect(spans.map(({ events }) => events.map(({ name }) => name))).toEqual([['broadcast', 'included'], ['broadcast', 'included']])
  })

  it('keeps the time of the first broadcast when the bytes go out again', async () => {
    const traces = new AnchorTraces({ id, writeMode: 'direct' })
    traces.sequenced({ entries: [entry(0)], sequenced: traceparent(1_000) })
    traces.planned([record(0)])
    for (let i = 0; i < 3; i++) traces.broadcast([record(0)])
    for (let i = 0; i < 2; i++) traces.included([record(0)])
    traces.final([succeeded(record(0))])
    expect((await received())[0]?.events.map(({ name }) => name)).toEqual(['broadcast', 'included'])
  })

  it('is known to a pump that finds the transaction before whoever planned it has told', async () => {
    const traces = new AnchorTraces({ id, writeMode: 'direct' })
    traces.sequenced({ entries: [entry(0)], sequenced: traceparent(1_000) })
    traces.broadcast([record(0)])
    traces.planned([record(0)])
    traces.included([record(0)])
    traces.final([succeeded(record(0))])
    expect((await received()).map(({ events }) => events.length)).toEqual([2])
  })

  it('is marked where the contract refused the transaction', async () => {
    const traces = new AnchorTraces({ id, writeMode: 'direct' })
    traces.sequenced({ entries: [entry(0)], sequenced: traceparent(1_000) })
    traces.planned([record(0)])
    traces.final([{ nonce: record(0).nonce, succeeded: false }])
    expect((await received())[0]?.attributes).toMatchObject({ 'error.type': 'TransactionReverted', 'brume.chain': id })
  })

  it('goes on from as many as may wait in memory, and from none of those above', async () => {
    const traces = new AnchorTraces({ id, writeMode: 'direct' })
    const all = Array.from({ length: 1_100 }, (_, index) => index)
    traces.sequenced({ entries: all.map(entry), sequenced: traceparent(9_999) })
    traces.planned(all.map(record))
    traces.final(all.map(record).map(succeeded))
    expect((await received()).length).toBe(1_024)
  })
})

describe('the anchor of a batched chain', () => {
  it('goes on from each traced batch that its checkpoint covers, and from no later one', async () => {
    const traces = new AnchorTraces({ id, writeMode: 'batched' })
    traces.sequenced({ entries: [entry(1), entry(7)], sequenced: traceparent(101) })
    traces.sequenced({ entries: [entry(12)], sequenced: traceparent(102) })
    traces.sequenced({ entries: [entry(20)], sequenced: traceparent(103) })
    for (const transaction of [anchor(2, 15), anchor(3, 21)]) {
      traces.planned([transaction])
      traces.broadcast([transaction])
      traces.included([transaction])
      traces.final([succeeded(transaction)])
    }
    const spans = await received()
    expect(spans.map(({ traceId, links }) => [traceId, ...links.map((link) => link.traceId)])).toEqual([[traceOf(101), traceOf(102)], [traceOf(103)]])
  })

  it('of more than 32 traced batches goes on from all', async () => {
    const traces = new AnchorTraces({ id, writeMode: 'batched' })
    for (let i = 0; i < 129; i++) traces.sequenced({ entries: [entry(i)], sequenced: traceparent(200 + i) })
    traces.planned([anchor(2, 129)])
    traces.final([succeeded({ nonce: 2 })])
    const [only] = await received()
    expect(new Set([only?.traceId, ...(only?.links ?? []).map(({ traceId }) => traceId)]).size).toBe(129)
  })

  it('that covers nothing traced has no span', async () => {
    const traces = new AnchorTraces({ id, writeMode: 'batched' })
    traces.planned([anchor(2, 10)])
    traces.sequenced({ entries: [entry(12)], sequenced: traceparent(101) })
    traces.planned([anchor(3, 12)])
    traces.broadcast([anchor(3, 12)])
    traces.final([succeeded({ nonce: 3 })])
    expect(await received()).toEqual([])
  })
})
