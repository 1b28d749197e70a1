import { BrumeClient, type NewChain } from '@brume/client'
import { startPlatform, TemporaryFolder, type RunningPlatform } from '@brume/testing'
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { boundDevice, type BoundDevice } from '../../bench/site/boundDevice.ts'
import { signAhead } from '../envelopes/signAhead.ts'
import { outcomes, type RequestColumns } from '../model/index.ts'
import { hasK6 } from './k6Program.ts'
import type { ScenarioRun } from './k6Arguments.ts'
import { runScenario } from './runScenario.ts'

const LIMIT_MS = 120_000

function outcomesOf({ outcome }: RequestColumns): string[] {
  return [...new Set([...outcome].map((one) => outcomes[one] ?? ''))]
}

describe.skipIf(!hasK6())('scenarios against a fog node (needs Go or k6)', () => {
  const folder = new TemporaryFolder()
  const [envelopes, tokenFile] = [join(folder.path, 'envelopes'), join(folder.path, 'token')]
  let platform: RunningPlatform
  let client: BrumeClient

  beforeAll(async () => {
    platform = await startPlatform({ data: join(folder.path, 'data'), env: { LOG_LEVEL: 'warn' } })
    writeFileSync(tokenFile, await platform.tenantToken())
    client = new BrumeClient({ url: platform.url, token: await platform.tenantToken() })
  }, LIMIT_MS)
  afterAll(async () => {
    await platform?.stop()
    folder[Symbol.dispose]()
  }, LIMIT_MS)

  async function deviceOf(chain: Partial<NewChain>): Promise<BoundDevice> {
    const { id } = await client.createChain({ name: 'k6', ...chain })
    await client.waitForChain(id, 'ready', { limitMs: LIMIT_MS })
    return boundDevice(client, id)
  }

  const run = (scenario: ScenarioRun['scenario'], more: Partial<ScenarioRun> = {}): ScenarioRun => ({
    scenario, url: platform.url, envelopes, tokenFile, ratePerS: 50, warmUpS: 1, measuredS: 2, maxVus: 20, tracedPerS: 0, seed: 1, ...more,
  })

  it('send readings, read the newest one and download proofs', async () => {
    const device = await deviceOf({ anchoring: { maxDelayMs: 500 } })
    await signAhead({ devices: [device], count: 150, perRequest: 1, file: envelopes })
    const { columns } = await runScenario(run('readings'))
    expect(outcomesOf(columns)).toEqual(['accepted'])
    expect([...columns.parseUs, ...columns.verifyUs, ...columns.appendUs, ...columns.promiseUs, ...columns.serverUs].every((us) => us > 0)).toBe(true)
    expect([...columns.serverUs].every((us, i) => us < (columns.totalUs[i] ?? 0))).toBe(true)
    const { leafHash } = await client.sendReading(Buffer.from(device.pool.next(Buffer.from('[]'), 1_700_000_000).envelope, 'latin1'))
    await client.waitForProof(device.chainId, leafHash, { limitMs: LIMIT_MS })
    for (const scenario of ['latestValue', 'proofDownload'] as const) {
      const { columns: read, refusals } = await runScenario(run(scenario))
      expect([scenario, outcomesOf(read), refusals, read.totalUs.length]).toEqual([scenario, ['accepted'], {}, 100])
    }
  }, LIMIT_MS)

  it('send batches', async () => {
    const device = await deviceOf({})
    await signAhead({ devices: [device], count: 60, perRequest: 10, file: envelopes })
    const { columns } = await runScenario(run('readings', { ratePerS: 20 }))
    expect([outcomesOf(columns), columns.totalUs.length]).toEqual([['accepted'], 40])
    expect((await client.chain(device.chainId)).ledger.size).toBeGreaterThan(400)
  }, LIMIT_MS)

  it('wait until a direct reading is in a block', async () => {
    const device = await deviceOf({ writeMode: 'direct' })
    await signAhead({ devices: [device], count: 15, perRequest: 1, file: envelopes })
    const { columns, refusals, traced } = await runScenario(run('inBlock', { ratePerS: 5, tracedPerS: 5 }))
    expect([outcomesOf(columns), refusals]).toEqual([['accepted'], {}])
    expect([...columns.totalUs].every((us) => us >= 50_000)).toBe(true) // nobody asks sooner
    expect([...columns.serverUs].every(Number.isNaN)).toBe(true)
    expect(traced).toHaveLength(10)
    expect(traced.every(({ totalUs }) => totalUs < 50_000 + (columns.totalUs.at(-1) ?? 0))).toBe(true)
  }, LIMIT_MS)

  it('refuse a token that does not read the chain by the problem of the service', async () => {
    await signAhead({ devices: [await deviceOf({})], count: 150, perRequest: 1, file: envelopes })
    const { refusals } = await runScenario(run('latestValue', { tokenFile: undefined }))
    expect(refusals).toEqual({ '/problems/chain-not-found': 100 })
  }, LIMIT_MS)

  it('have their readings from the command that README.md names', async () => {
    const [out, main] = [join(folder.path, 'made'), 'loadtest/dist/hosting/envelopes/main.js']
    execFileSync(process.execPath, [main, '--url', platform.url, '--token-file', tokenFile, '--count', '150', '--out', out, '--devices', '2'], { stdio: 'pipe', timeout: LIMIT_MS })
    expect(readFileSync(out, 'latin1').trimEnd().split('\n')).toHaveLength(150)
    expect(outcomesOf((await runScenario(run('readings', { envelopes: out }))).columns)).toEqual(['accepted'])
  }, LIMIT_MS)
})
