import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hasTool, ReadingPool, repositoryRoot, samplePayload, startPlatform, type RunningPlatform } from '@brume/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Site } from './site.ts'

const READINGS = 70_000
const BATCH = 1_000

describe.runIf(hasTool('go', 'version'))(`a ledger of ${READINGS} entries, read by software of others (transparency-dev/tessera, go-jose)`, () => {
  const data = mkdtempSync(join(tmpdir(), 'brume-outside-'))
  const reader = join(repositoryRoot(), '.tools/outside')
  let platform: RunningPlatform
  let site: Site
  let chain: string

  beforeAll(async () => {
    execFileSync('go', ['build', '-o', reader, '.'], { cwd: join(repositoryRoot(), 'drills/outside'), stdio: 'pipe', timeout: 600_000 })
    platform = await startPlatform({ data, env: { LOG_LEVEL: 'error' } })
    site = new Site(() => platform.url, await platform.tenantToken())
    chain = await site.chain('batched', { maxDelayMs: 500, maxReadings: 10_000, slackMs: 10_000 })
    await fill()
  }, 900_000)

  afterAll(async () => {
    await platform.stop()
    rmSync(data, { recursive: true })
  })

  async function fill(): Promise<void> {
    const devices = await Promise.all([1, 2, 3].map(() => site.device(chain)))
    const pools = devices.map(({ id, privateJwk }) => new ReadingPool({ chain, device: id, privateJwk }))
    for (let sent = 0; sent < READINGS; sent += BATCH) {
      const readings = pools[(sent / BATCH) % pools.length]?.take(BATCH, (at) => samplePayload(sent + at), 1_700_000_000).map(({ envelope }) => envelope)
      const response = await fetch(`${platform.url}/v1/readings`, { method: 'POST', body: JSON.stringify({ readings }), headers: { 'content-type': 'application/json' } })
      expect(response.status).toBe(202)
      await response.arrayBuffer()
    }
    await site.until('all readings stand in a published checkpoint', async () => Number(String((await site.request('GET', `/v1/chains/${chain}/ledger/checkpoint`)).body).split('\n')[1]) >= READINGS + devices.length)
  }

  it('is rebuilt to its root, tile by tile, and every signature holds', async () => {
    const { body } = await site.request('GET', `/v1/chains/${chain}`)
    const result = spawnSync(reader, [`${platform.url}/v1/chains/${chain}/ledger`, body.ledger.verifierKey], { encoding: 'utf8', timeout: 300_000 })
    expect({ status: result.status, stdout: result.stdout, stderr: result.status === 0 ? '' : result.stderr.slice(-2_000) })
      .toEqual({ status: 0, stdout: `${READINGS + 3} entries, ${READINGS} readings signed by their devices\n`, stderr: '' })
  }, 320_000)

  it('is refused under another key', async () => {
    const other = 'brume.local/other+3a3bf9a6+AZ5nqc9pc4HOL7UAPmWkHGkmrq94Ls3ehSEGWdUqu6Rt'
    const result = spawnSync(reader, [`${platform.url}/v1/chains/${chain}/ledger`, other], { encoding: 'utf8', timeout: 60_000 })
    expect(result.status).toBe(1)
  }, 70_000)
})
