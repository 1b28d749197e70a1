import { Module } from '@nestjs/common'
import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BearerGuardModule, ProblemsModule, createHttpApp } from '@brume/http'
import { Metrics } from './metrics.ts'
import { ObservabilityModule } from './observabilityModule.ts'
import { Readiness } from './readiness.ts'

const metrics = new Metrics().collectProcess()
const readiness = new Readiness(50)
const guard = BearerGuardModule.with({ useFactory: () => ({ operatorToken: 'x'.repeat(32), verifier: { verify: async () => ({ ok: false as const, reason: 'invalid' as const, detail: '' }) } }) })

@Module({ imports: [ProblemsModule.of(), ObservabilityModule.with(metrics, readiness), guard] })
class TestModule {}

let app: NestFastifyApplication
beforeAll(async () => {
  app = await createHttpApp(TestModule, { logger: false })
  await app.init()
})
afterAll(() => app.close())

describe('GET /metrics', () => {
  it('shows steps and the process without a token', async () => {
    metrics.stepHistogram('append', 'duration', 'seconds', { help: 'From call to fsync.' }).observe(0.002)
    metrics.counter('accept', 'readings', { help: 'Accepted readings.', labels: ['result'] }).inc({ result: 'accepted' }, 3)
    metrics.gauge('sequence', 'lag', 'records', { help: 'Records behind the end.' }).set(7)
    const response = await app.inject('/metrics')
    expect(response.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8')
    for (const line of ['brume_append_duration_seconds_bucket{le="0.0025"} 1', 'brume_accept_readings_total{result="accepted"} 3', 'brume_sequence_lag_records 7', 'process_resident_memory_bytes ']) {
      expect(response.body).toContain(line)
    }
  })
})

describe('Metrics', () => {
  it('gives two services in one process the same metric, but not under another kind', () => {
    const own = new Metrics()
    const help = { help: 'x' }
    expect(own.gauge('anchor', 'pending', 'total', help)).toBe(own.gauge('anchor', 'pending', 'total', help))
    expect(() => own.counter('anchor', 'pending', help)).toThrowErrorMatchingInlineSnapshot(`[Error: metric brume_anchor_pending_total exists as another kind]`)
    expect(() => own.counter('Anchor', 'x', help)).toThrowErrorMatchingInlineSnapshot(`[Error: "Anchor" must be lower-case words with underscores: it is part of a metric's name]`)
  })
})

describe('health', () => {
  it('is alive while it waits', async () => {
    const remove = readiness.register('event log', () => 'reading devices: 10 of 20')
    expect((await app.inject('/livez')).json()).toEqual({ status: 'alive' })
    remove()
  })

  it('is ready when nothing is waited for, and else says for what', async () => {
    const removals = [
      readiness.register('event log', () => 'reading devices: 10 of 20'),
      readiness.register('database', () => Promise.reject(new Error('file is locked'))),
      readiness.register('engine', () => new Promise(() => undefined)),
      readiness.register('keys', () => undefined),
    ]
    const waiting = await app.inject('/readyz')
    const { instance, ...body } = waiting.json()
    expect([waiting.statusCode, waiting.headers['retry-after'], typeof instance]).toEqual([503, '1', 'string'])
    expect(body).toMatchInlineSnapshot(`
      {
        "detail": "event log: reading devices: 10 of 20; database: failed: file is locked; engine: did not answer within 50 ms",
        "status": 503,
        "title": "The service is not ready",
        "type": "/problems/not-ready",
        "waitingFor": [
          {
            "part": "event log",
            "why": "reading devices: 10 of 20",
          },
          {
            "part": "database",
            "why": "failed: file is locked",
          },
          {
            "part": "engine",
            "why": "did not answer within 50 ms",
          },
        ],
      }
    `)
    for (const remove of removals) remove()
    const ready = await app.inject('/readyz')
    expect([ready.statusCode, ready.json()]).toEqual([200, { status: 'ready' }])
  })
})
