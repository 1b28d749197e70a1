import { startPlatform, TemporaryFolder, waitUntil, type RunningPlatform } from '@brume/testing'
import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { sendInTurn, type Fate } from './closedLoop.ts'
import { Site } from './site.ts'

const DEVICES = 8
const WARM_UP_ENTRIES = 100
const LIMIT_MS = 10_000

async function underLoad(platform: RunningPlatform, goesOn: () => boolean): Promise<{ chain: string; fates: Promise<Fate[]> }> {
  const site = new Site(() => platform.url, await platform.tenantToken())
  const chain = await site.chain('batched')
  const devices = await Promise.all(Array.from({ length: DEVICES }, () => site.device(chain)))
  const fates = Promise.all(devices.map((device) => sendInTurn(platform.url, device, goesOn))).then((all) => all.flat())
  await site.until('readings are taken', async () => (await site.request('GET', `/v1/chains/${chain}`)).body.ledger.size > WARM_UP_ENTRIES)
  return { chain, fates }
}

async function endsInTime(platform: RunningPlatform): Promise<void> {
  const begunMs = performance.now()
  expect(await platform.kill('SIGTERM')).toEqual({ code: 0, signal: null })
  expect(performance.now() - begunMs).toBeLessThan(LIMIT_MS)
}

/** Leaf hashes of the readings in the ledger, once a new start has sequenced all that is on the log. */
async function readingsInLedger(data: string, chain: string, promised: number): Promise<string[]> {
  await using platform = await startPlatform({ data, env: { LOG_LEVEL: 'error' } })
  const site = new Site(() => platform.url, await platform.tenantToken())
  await site.until('the ledger has what was promised', async () => (await site.entries(chain)).length >= promised + DEVICES)
  // The first entries are the bindings.
  return (await site.entries(chain)).slice(DEVICES).map(({ leafHash }) => leafHash)
}

function accepted(fates: readonly Fate[]): string[] {
  return fates.filter(({ how }) => how === 'accepted').map(({ leafHash }) => leafHash)
}

describe('SIGTERM under load', () => {
  it('no request fails where a load balancer watches /readyz, and the ledger has exactly what was answered 202', { timeout: 240_000 }, async () => {
    using folder = new TemporaryFolder()
    const platform = await startPlatform({ data: folder.path, env: { LOG_LEVEL: 'error', DRAIN_GRACE_MS: '1000' } })
    let sendsHere = true
    const { chain, fates } = await underLoad(platform, () => sendsHere)
    const ended = endsInTime(platform)
    const why = await waitUntil('the readiness to go', async () => {
      const answer = await fetch(`${platform.url}/readyz`)
      return answer.status === 503 && answer.json()
    }, { limitMs: 1_000, everyMs: 20 })
    sendsHere = false
    expect(why.waitingFor).toEqual([{ part: 'process', why: expect.stringContaining('draining') }])
    await ended
    const all = await fates
    expect(all.filter(({ how }) => how !== 'accepted')).toEqual([])
    expect((await readingsInLedger(folder.path, chain, all.length)).toSorted()).toEqual(accepted(all).toSorted())
  })

  it('what it has begun is answered also where nobody watches, and what it has not answered is not in the ledger', { timeout: 240_000 }, async () => {
    using folder = new TemporaryFolder()
    const platform = await startPlatform({ data: folder.path, env: { LOG_LEVEL: 'error', DRAIN_GRACE_MS: '300' } })
    const { chain, fates } = await underLoad(platform, () => true)
    await endsInTime(platform)
    const all = await fates
    // A connection that the kernel took and the process did not is reset when the port closes; what it carried was never seen.
    expect(all.filter(({ how, reused }) => how === 'answered otherwise' || (how === 'broken off' && reused))).toEqual([])
    expect((await readingsInLedger(folder.path, chain, accepted(all).length)).toSorted()).toEqual(accepted(all).toSorted())
  })

  it('a request that never ends is cut, and the rest is closed in order', { timeout: 60_000 }, async () => {
    using folder = new TemporaryFolder()
    const platform = await startPlatform({ data: folder.path, env: { LOG_LEVEL: 'info' } })
    const slow = connect(Number(new URL(platform.url).port), '127.0.0.1').on('error', () => undefined)
    slow.write('POST /v1/readings HTTP/1.1\r\nHost: a\r\nContent-Type: application/jose\r\nContent-Length: 1000\r\nExpect: 100-continue\r\n\r\n')
    // The server answers `100 Continue` once it has the request in hand.
    await new Promise((resolve) => slow.once('data', resolve))
    await endsInTime(platform)
    expect(platform.output).toContain('were cut: none of them was answered')
  })
})
