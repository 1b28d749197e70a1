import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateDeviceKey, signReading } from '@brume/envelope'
import { startPlatform, type RunningPlatform } from '@brume/testing'
import { afterEach, describe, expect, it } from 'vitest'
import { Site } from './site.ts'
import type { SendingDevice } from './traffic.ts'

const PAGE_BYTES = 4096
const BATCH = 100
const MOST_BATCHES = 400
const MOST_DEVICES = 300
/** Too little for the readings below, enough to start. */
const ROOM_PAGES = 40
/** What a flood against a full disk may add to the process. */
const GROWTH_BYTES = 120 * 1024 * 1024

describe('a full disk', () => {
  const data = mkdtempSync(join(tmpdir(), 'brume-full-'))
  let platform: RunningPlatform
  let site: Site
  let seq = 0

  afterEach(async () => {
    await platform.stop()
    rmSync(data, { recursive: true, force: true })
  })

  async function start(env: Record<string, string>): Promise<void> {
    platform = await startPlatform({ data, env: { LOG_LEVEL: 'fatal', ...env } })
    site = new Site(() => platform.url, await platform.tenantToken())
  }

  async function send(device: SendingDevice): Promise<Response> {
    const readings = await Promise.all(Array.from({ length: BATCH }, async () => Buffer.from(await signReading({ chain: device.chain, seq: seq++, iat: 1 }, Buffer.alloc(600, 120), device.signer)).toString()))
    return fetch(`${platform.url}/v1/readings`, { method: 'POST', body: JSON.stringify({ readings }), headers: { 'content-type': 'application/json' } })
  }

  function rssBytes(): number {
    return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${platform.pid}/status`, 'utf8'))?.[1] ?? 0) * 1024
  }

  /** @returns how many readings were acknowledged until the first 503, and that answer */
  async function fill(device: SendingDevice): Promise<{ acknowledged: number; refused: Response }> {
    for (let acknowledged = 0; acknowledged < MOST_BATCHES * BATCH; acknowledged += BATCH) {
      const response = await send(device)
      if (response.status === 503) return { acknowledged, refused: response }
      await response.arrayBuffer()
      expect(response.status).toBe(202)
    }
    throw new Error('never full')
  }

  /** The last pages may still take a row or two. */
  async function registerUntilRefused(): Promise<unknown> {
    for (let n = 0; n < MOST_DEVICES; n++) {
      const { publicJwk } = await generateDeviceKey('EdDSA')
      const { status, body } = await site.request('POST', '/v1/devices', { name: 'x'.repeat(100), jwk: publicJwk })
      if (status !== 201) return body
    }
    throw new Error('never full')
  }

  it('of the log: 503 with Retry-After, nothing acknowledged, memory bounded, and on again with room', async () => {
    await start({})
    const chain = await site.chain('batched')
    const device = await site.device(chain)
    await platform.stop()
    await start({ LOG_MAX_PAGES: '1200' })
    const { acknowledged, refused } = await fill(device)
    expect(await refused.json()).toMatchObject({ type: '/problems/storage-full', status: 503 })
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    const before = rssBytes()
    for (let n = 0; n < 60; n++) expect((await send(device)).status).toBe(503)
    expect(rssBytes() - before).toBeLessThan(GROWTH_BYTES)
    await site.until('all that was acknowledged is in the ledger', async () => (await site.entries(chain)).length === acknowledged + 1)
    await platform.stop()
    await start({})
    expect((await send(device)).status).toBe(202)
  }, 120_000)

  it('of the database: what was acknowledged waits in the log and enters the ledger with room', async () => {
    await start({})
    const chain = await site.chain('batched')
    const device = await site.device(chain)
    await platform.stop()
    await start({ DB_MAX_PAGES: String(Math.ceil(statSync(join(data, 'brume.db')).size / PAGE_BYTES) + ROOM_PAGES) })
    let acknowledged = 0
    for (let n = 0; n < 40; n++) {
      const response = await send(device)
      if (response.status === 202) acknowledged += BATCH
      else expect(response.status).toBe(503)
    }
    expect(acknowledged).toBeGreaterThan(1_000)
    expect(await registerUntilRefused()).toMatchObject({ type: '/problems/storage-full', status: 503 })
    expect((await site.entries(chain)).length).toBeLessThan(acknowledged)
    await platform.stop()
    await start({})
    await site.until('all that was acknowledged is in the ledger', async () => (await site.entries(chain)).length === acknowledged + 1)
  }, 120_000)
})
