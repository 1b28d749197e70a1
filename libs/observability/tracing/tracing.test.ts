import { Controller, Get, Module, Param } from '@nestjs/common'
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import { BearerGuardModule, createHttpApp, ProblemsModule, Public } from '@brume/http'
import { OtlpReceiver, type ReceivedSpan } from '@brume/testing'
import { createLogger, NestLogger } from '../logger.ts'
import { Metrics } from '../metrics.ts'
import { ObservabilityModule } from '../observabilityModule.ts'
import { Readiness } from '../readiness.ts'
import { spanOf, startTracing, Traceparent, traceRequests, type Tracing } from './index.ts'

const incoming = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
const unsampled = '00-1af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00'
const lines: string[] = []
const logger = new NestLogger(createLogger({ level: 'debug', to: { write: (line) => void lines.push(line) } }))

@Public()
@Controller('things')
class ThingController {
  @Get(':id')
  read(@Param('id') id: string, @Traceparent() traceparent: string | undefined) {
    logger.debug('in the handler')
    if (id === 'broken') throw new Error('broken')
    return { traceparent: traceparent ?? null, seen: spanOf('append', { from: [traceparent] }).traceparent ?? null }
  }
}

const guard = BearerGuardModule.with({ useFactory: () => ({ operatorToken: 'x'.repeat(32), verifier: { verify: async () => ({ ok: false as const, reason: 'invalid' as const, detail: '' }) } }) })

@Module({ imports: [ProblemsModule.of(), ObservabilityModule.with(new Metrics(), new Readiness()), guard], controllers: [ThingController] })
class TestModule {}

async function startApp() {
  const app = await createHttpApp(TestModule, { logger: false })
  traceRequests(app.getHttpAdapter().getInstance())
  await app.init()
  onTestFinished(() => app.close())
  return (path: string, traceparent?: string) => app.inject({ url: path, headers: traceparent === undefined ? {} : { traceparent } })
}

let tracing: Tracing | undefined
afterEach(() => tracing?.close(1_000))

async function traced(receiver: OtlpReceiver, more: object = {}): Promise<void> {
  tracing = await startTracing({ otlpEndpoint: receiver.endpoint, serviceName: 'brume-test', instanceId: 'i1', onTrouble: (text) => void lines.push(text), ...more })
}

/** Closing sends what is left. */
async function received(receiver: OtlpReceiver): Promise<ReceivedSpan[]> {
  await tracing?.close(5_000)
  tracing = undefined
  return receiver.spans
}

describe('with tracing off', () => {
  it('passes on what a client sends, byte for byte, makes up nothing, and never refuses for it', async () => {
    const get = await startApp()
    const later = '01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more'
    expect((await get('/things/1', incoming)).json()).toEqual({ traceparent: incoming, seen: incoming })
    expect((await get('/things/1', later)).json()).toEqual({ traceparent: later, seen: later })
    for (const malformed of ['', 'nonsense', `${incoming}-more`, 'x'.repeat(10_000)]) {
      const answer = await get('/things/1', malformed)
      expect([answer.statusCode, answer.json()]).toEqual([200, { traceparent: null, seen: null }])
    }
    expect((await get('/things/1')).json()).toEqual({ traceparent: null, seen: null })
  })

  it('stays off where no exporter is named, or none', async () => {
    for (const tracesExporter of [undefined, 'none'] as const) {
      tracing = await startTracing({ tracesExporter, ...(tracesExporter && { otlpEndpoint: 'http://127.0.0.1:9' }), serviceName: 'brume', instanceId: 'i', onTrouble: () => undefined })
      expect(spanOf('append').traceparent).toBeUndefined()
    }
  })
})

describe('with an OTLP collector', () => {
  it('goes on in the trace of the client, from the request to the step, under names of the semantic conventions', async () => {
    await using receiver = await OtlpReceiver.start()
    await traced(receiver)
    const get = await startApp()
    const { traceparent } = (await get('/things/1?secret=yes', incoming)).json()
    const spans = await received(receiver)
    const request = spans.find(({ kind }) => kind === 2)
    expect(request).toMatchObject({ name: 'GET /things/:id', traceId: incoming.slice(3, 35), parentSpanId: incoming.slice(36, 52), service: 'brume-test' })
    expect(request?.attributes).toMatchObject({ 'http.request.method': 'GET', 'http.route': '/things/:id', 'url.path': '/things/1', 'http.response.status_code': expect.anything() })
    expect(traceparent).toBe(`00-${request?.traceId}-${request?.spanId}-01`)
    expect(JSON.stringify(spans)).not.toContain('secret')
  })

  it('writes the trace of a request into its log lines', async () => {
    await using receiver = await OtlpReceiver.start()
    await traced(receiver)
    const get = await startApp()
    lines.length = 0
    await get('/things/1', incoming)
    expect(lines.map((line) => JSON.parse(line))).toContainEqual(expect.objectContaining({ msg: 'in the handler', traceId: incoming.slice(3, 35) }))
  })

  it('says which requests failed, and begins a trace where the header is malformed', async () => {
    await using receiver = await OtlpReceiver.start()
    await traced(receiver)
    const get = await startApp()
    expect((await get('/things/broken', 'nonsense')).statusCode).toBe(500)
    expect((await get('/nowhere')).statusCode).toBe(404)
    const [failed, unknown] = await received(receiver)
    expect(failed?.attributes).toMatchObject({ 'error.type': '500' })
    expect(failed?.parentSpanId || undefined).toBeUndefined()
    expect(unknown?.name).toBe('GET')
  })

  it('leaves probes out', async () => {
    await using receiver = await OtlpReceiver.start()
    await traced(receiver)
    const get = await startApp()
    for (const path of ['/livez', '/readyz', '/metrics', '/things/1']) await get(path)
    expect((await received(receiver)).map(({ name }) => name)).toEqual(['GET /things/:id'])
  })

  it('joins the many traces of a batch: the first sampled one as parent, others as links, at most 128', async () => {
    await using receiver = await OtlpReceiver.start()
    await traced(receiver)
    const many = Array.from({ length: 200 }, (_, i) => `00-${(i + 1).toString(16).padStart(32, '0')}-b7ad6b7169203331-01`)
    const span = spanOf('sequence', { from: [undefined, ...Array<string>(500).fill('').map((_, i) => `00-${(i + 1_000).toString(16).padStart(32, '0')}-b7ad6b7169203331-00`), unsampled, 'nonsense', ...many], attributes: { 'brume.chain': 'c' } })
    span.set({ 'brume.entries': 100 })
    span.event('broadcast')
    span.end(new RangeError('password is hunter2'))
    const [only] = await received(receiver)
    expect(only).toMatchObject({ name: 'sequence', kind: 5, traceId: many[0]?.slice(3, 35), parentSpanId: 'b7ad6b7169203331' })
    expect(only?.links).toHaveLength(128)
    expect(new Set(only?.links.map(({ traceId }) => traceId)).size).toBe(128)
    expect(only?.attributes).toMatchObject({ 'brume.chain': 'c', 'error.type': 'RangeError' })
    expect(only?.events).toEqual([{ name: 'broadcast', atUs: expect.toSatisfy((atUs: number) => atUs >= (only?.startUs ?? Infinity) && atUs <= (only?.endUs ?? 0)) }])
    expect(JSON.stringify(only)).not.toContain('hunter2')
  })

  it('that does not answer costs a line in the log and no more than the limit at the end', async () => {
    tracing = await startTracing({ otlpEndpoint: 'http://127.0.0.1:9', serviceName: 'brume', instanceId: 'i', onTrouble: (text) => void lines.push(text) })
    spanOf('append').end()
    const startMs = performance.now()
    await tracing.close(300)
    expect(performance.now() - startMs).toBeLessThan(2_000)
  })
})
