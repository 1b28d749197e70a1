import { EventLogUnavailable } from '@brume/event-log'
import { startTracing, traceOf } from '@brume/observability'
import { OtlpReceiver } from '@brume/testing'
import { expect, it, onTestFinished } from 'vitest'
import { chainState, newDevice, reading, TestIngest, type StartOptions } from '../ingest.fixture.ts'

const incoming = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

async function start(options: StartOptions = {}) {
  const ingest = await TestIngest.start(options)
  onTestFinished(() => ingest.stop())
  const device = await newDevice()
  const [one, two] = [await ingest.provide(chainState(), device), await ingest.provide(chainState(), device)]
  return { ingest, device, one, two }
}

it('passes the trace of a request on to its records, byte for byte, with tracing off', async () => {
  const { ingest, device, one } = await start()
  expect((await ingest.postOne(await reading(device, one.id, 1), { traceparent: incoming })).statusCode).toBe(202)
  expect((await ingest.postOne(await reading(device, one.id, 2))).statusCode).toBe(202)
  expect((await ingest.postOne(await reading(device, one.id, 3), { traceparent: 'nonsense' })).statusCode).toBe(202)
  expect((await ingest.entries()).map(({ headers }) => traceOf(headers))).toEqual([incoming, undefined, undefined])
})

it('has one trace from the request of a client to the records of every chain it wrote to', async () => {
  await using receiver = await OtlpReceiver.start()
  const tracing = await startTracing({ otlpEndpoint: receiver.endpoint, serviceName: 'brume-ingest', instanceId: 'i1', onTrouble: () => undefined })
  const { ingest, device, one, two } = await start()
  const readings = [await reading(device, one.id, 1), await reading(device, one.id, 2), await reading(device, two.id, 1)]
  expect((await ingest.post({ readings }, 'application/json', { traceparent: incoming })).statusCode).toBe(202)
  const carried = (await ingest.entries()).map(({ headers }) => traceOf(headers))
  await tracing.close(5_000)
  const request = receiver.spans.find(({ name }) => name === 'POST /v1/readings')
  const appends = receiver.spans.filter(({ name }) => name === 'append')
  expect(request).toMatchObject({ traceId: incoming.slice(3, 35), parentSpanId: incoming.slice(36, 52), service: 'brume-ingest' })
  expect(appends.map(({ traceId, parentSpanId, kind }) => ({ traceId, parentSpanId, kind }))).toEqual(Array(2).fill({ traceId: request?.traceId, parentSpanId: request?.spanId, kind: 4 }))
  expect(appends.map(({ attributes }) => [attributes['brume.chain'], attributes['messaging.batch.message_count']])).toEqual([[one.id, 2], [two.id, 1]])
  const [first, second] = appends.map(({ traceId, spanId }) => `00-${traceId}-${spanId}-01`)
  expect(carried.toSorted()).toEqual([first, first, second].toSorted())
})

it('marks the span of an append that failed', async () => {
  await using receiver = await OtlpReceiver.start()
  const tracing = await startTracing({ otlpEndpoint: receiver.endpoint, serviceName: 'brume-ingest', instanceId: 'i1', onTrouble: () => undefined })
  let broken = false
  const { ingest, device, one } = await start({ wrapLog: (log) => new Proxy(log, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target)
      if (name === 'append' && broken) return () => Promise.reject(new EventLogUnavailable('the disk is gone'))
      return typeof member === 'function' ? member.bind(target) : member
    },
  }) })
  broken = true
  expect((await ingest.postOne(await reading(device, one.id, 1))).statusCode).toBe(503)
  await tracing.close(5_000)
  expect(receiver.spans.find(({ name }) => name === 'append')?.attributes).toMatchObject({ 'error.type': 'EventLogUnavailable' })
  expect(receiver.spans.find(({ name }) => name === 'POST /v1/readings')?.attributes).toMatchObject({ 'error.type': '503' })
})
