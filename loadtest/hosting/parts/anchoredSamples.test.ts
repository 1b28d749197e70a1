import { TemporaryFolder, waitUntil, type SignedReading } from '@brume/testing'
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signed, type BoundDevice } from '../../bench/site/benchSite.ts'
import { FogSite } from '../../bench/site/fogSite.ts'
import { serverTimes } from '../k6/serverTimes.ts'
import { anchoredParts, writeModes } from '../model/index.ts'
import { anchoredAddUp } from './addUp.ts'
import type { SampledReading } from './anchoredSample.ts'
import { SpanCollector } from './spanCollector.ts'

const LIMIT_MS = 120_000
const MAX_DELAY_MS = 500
/** Requests under way at once: of these, every fourth is sampled. */
const AT_ONCE = 40
const ROUNDS = 5
/** The clock of spans, and what lies between a commit and the end of its span on a busy machine. */
const SLACK_MS = 25

/** As k6 does: the time of sending is the intended one. */
async function send(url: string, device: BoundDevice, sampled: boolean): Promise<{ reading: SampledReading; leafHash: string }> {
  const [{ envelope, leafHash }] = signed(device, 1) as [SignedReading] // one was asked for
  const traceId = randomBytes(16).toString('hex')
  const traceparent = `00-${traceId}-${randomBytes(8).toString('hex')}-${sampled ? '01' : '00'}`
  const intendedAtMs = nowMs()
  const answer = await fetch(`${url}/v1/readings`, { method: 'POST', headers: { 'content-type': 'application/jose', traceparent }, body: envelope })
  if (answer.status !== 202) throw new Error(`${answer.status}: ${await answer.text()}`)
  await answer.arrayBuffer()
  return { reading: { traceId, intendedAtMs, ...serverTimes(answer.headers.get('server-timing') ?? '') }, leafHash }
}

describe.each(writeModes)('sampled readings of a %s chain on a fog node', (writeMode) => {
  const folder = new TemporaryFolder()
  let collector: SpanCollector
  let site: FogSite
  let devices: BoundDevice[]

  beforeAll(async () => {
    collector = await SpanCollector.start()
    site = await FogSite.start(folder.path, { env: collector.environment })
    devices = await site.devices(await site.chain({ writeMode, anchoring: { maxDelayMs: MAX_DELAY_MS } }), 2)
  }, LIMIT_MS)

  afterAll(async () => {
    await site[Symbol.asyncDispose]()
    await collector[Symbol.asyncDispose]()
    folder[Symbol.dispose]()
  })

  function deviceAt(i: number): BoundDevice {
    const device = devices[i % devices.length]
    if (device === undefined) throw new Error('there is no device')
    return device
  }

  async function load(): Promise<SampledReading[]> {
    const sampled: SampledReading[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const sent = await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => send(site.url, deviceAt(i), i % 4 === 0)))
      sampled.push(...sent.filter((_, i) => i % 4 === 0).map(({ reading }) => reading))
    }
    return sampled
  }

  it('are complete, and their parts add up within 5 % in the mean', async () => {
    const sampled = await load()
    const { samples, missing, dropped } = await collector.anchoredSamples(sampled, { limitMs: LIMIT_MS / 2 })
    expect({ missing, dropped }).toEqual({ missing: { request: 0, append: 0, sequence: 0, anchor: 0 }, dropped: 0 })
    expect(samples).toHaveLength(sampled.length)
    for (const { parts } of samples) {
      expect(parts).toHaveLength(anchoredParts.length)
      for (const part of parts) expect(part).toBeGreaterThan(-1_000)
    }
    expect(anchoredAddUp(samples)).toMatchObject({ requests: sampled.length, holds: true })
  }, LIMIT_MS)

  it('are final between the last time that the API says sequenced and the first time that it says anchored', async () => {
    const { reading, leafHash } = await send(site.url, deviceAt(0), true)
    const { notBeforeMs, notAfterMs } = await anchoredBetween(leafHash)
    const { samples: [sample] } = await collector.anchoredSamples([reading], { limitMs: LIMIT_MS / 2 })
    const finalAtMs = reading.intendedAtMs + (sample?.totalUs ?? Number.NaN) / 1_000
    expect(finalAtMs).toBeGreaterThan(notBeforeMs - SLACK_MS)
    expect(finalAtMs).toBeLessThan(notAfterMs + SLACK_MS)
  }, LIMIT_MS)

  async function anchoredBetween(leafHash: string): Promise<{ notBeforeMs: number; notAfterMs: number }> {
    let notBeforeMs = nowMs()
    return waitUntil('the anchor', async () => {
      const askedMs = nowMs()
      const { state } = await site.client.entry(deviceAt(0).chainId, leafHash)
      if (state === 'anchored') return { notBeforeMs, notAfterMs: nowMs() }
      notBeforeMs = askedMs
      return undefined
    }, { limitMs: LIMIT_MS / 2, everyMs: 5 })
  }
})

function nowMs(): number {
  return performance.timeOrigin + performance.now()
}
