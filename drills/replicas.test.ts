import { randomBytes } from 'node:crypto'
import { CloudSite } from '@brume/cloud'
import { signReading } from '@brume/envelope'
import { hasHaproxy, hasKafka, hasPostgres, OtlpReceiver, TemporaryFolder, waitUntil, type ReceivedSpan } from '@brume/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Site } from './site.ts'
import type { SendingDevice } from './traffic.ts'

const DEVICES = 12
const LIMIT_MS = 30_000

/** What replicas know of each other, each asked at its own address, past the edge. */
describe.skipIf(!(hasKafka() && hasPostgres() && hasHaproxy()))('three replicas of ingest and two of ledger (needs Java 17 and Maven, PostgreSQL, haproxy)', () => {
  const folder = new TemporaryFolder()
  let collector: OtlpReceiver
  let site: CloudSite
  let api: Site
  let chain: string
  let devices: (SendingDevice & { id: string })[]
  let seq = 0

  beforeAll(async () => {
    collector = await OtlpReceiver.start()
    site = await CloudSite.start({ folder: folder.path, replicas: { ingest: 3, ledger: 2 }, env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint, OTEL_BSP_SCHEDULE_DELAY: '200' } })
    const token = await site.tenantToken()
    api = new Site(() => site.url, token)
    chain = await api.chain('batched')
    devices = await Promise.all(Array.from({ length: DEVICES }, () => api.device(chain)))
  }, 240_000)

  afterAll(async () => {
    await site?.stop()
    await collector?.[Symbol.asyncDispose]()
    folder[Symbol.dispose]()
  }, 60_000)

  async function post(url: string, device: SendingDevice, headers: Record<string, string> = {}): Promise<{ status: number; body: any }> { // `any`: each test says what it expects
    const envelope = await signReading({ chain, seq: seq++, iat: 1, cty: 'text/plain' }, Buffer.from('20.5'), device.signer)
    const response = await fetch(`${url}/v1/readings`, { method: 'POST', headers: { 'content-type': 'application/jose', ...headers }, body: Buffer.from(envelope) })
    return { status: response.status, body: await response.json() }
  }

  it('all know every device: each ingest takes the readings of each, once it has heard of them over the log', async () => {
    const replicas = site.running('ingest')
    expect(replicas).toHaveLength(3)
    for (const { url } of replicas) {
      for (const device of devices) await waitUntil(`${url} knows ${device.id}`, async () => (await post(url, device)).status === 202, { limitMs: LIMIT_MS })
    }
  }, 120_000)

  it('all answer for every chain: both ledgers show the same entry, whoever sequenced it', async () => {
    const [first] = devices
    if (!first) throw new Error('there is no device')
    const { body } = await post(site.url, first)
    for (const { url } of site.running('ledger')) {
      const shown = async (): Promise<boolean> => (await fetch(`${url}/v1/chains/${chain}/proofs/${body.leafHash}`)).status === 200
      await waitUntil(`${url} proves it`, shown, { limitMs: LIMIT_MS })
    }
  }, 90_000)

  it('tell one trace of a reading, from HTTP through the headers of Kafka to the anchor', async () => {
    const [first] = devices
    if (!first) throw new Error('there is no device')
    const traceId = randomBytes(16).toString('hex')
    expect((await post(site.url, first, { traceparent: `00-${traceId}-${randomBytes(8).toString('hex')}-01` })).status).toBe(202)
    const belongs = (span: ReceivedSpan): boolean => span.traceId === traceId || span.links.some((link) => link.traceId === traceId)
    const told = (): Set<string> => new Set(collector.spans.filter(belongs).map(({ name, service }) => `${String(service)}: ${name}`))
    const expected = ['brume-ingest: append', 'brume-ledger: sequence', 'brume-ledger: anchor']
    await waitUntil(`spans of the trace; so far ${[...told()].join(', ')}`, async () => expected.every((span) => told().has(span)), { limitMs: LIMIT_MS })
    expect([...told()]).toEqual(expect.arrayContaining(['brume-ingest: POST /v1/readings']))
  }, 60_000)
})
