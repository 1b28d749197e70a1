import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { TemporaryFolder } from '../temporaryFolder.ts'
import { waitUntil } from '../waitUntil.ts'
import { EngineHost } from './engineHost.ts'

const chain = '01890000-0000-7000-8000-000000000001'

async function order(host: EngineHost): Promise<number> {
  const body = JSON.stringify({ chainId: chain, eip155: 1_234_567, fundedAddress: `0x${'ab'.repeat(20)}`, hardfork: 'shanghai' })
  const headers = { authorization: `Bearer ${host.token}`, 'content-type': 'application/json' }
  return (await fetch(`${host.url}/v1/engines/${chain}`, { method: 'PUT', headers, body, signal: AbortSignal.timeout(30_000) })).status
}

describe('the engine host as a part', () => {
  it('leaves its engines when it is killed, takes them up in the same place, and leaves nothing at its end', async () => {
    using folder = new TemporaryFolder()
    const killed = await EngineHost.start({ dataDir: folder.path })
    expect(await order(killed)).toBe(200)
    const [pid] = killed.engines
    await killed.kill('SIGKILL')
    await using host = await EngineHost.start({ dataDir: folder.path, port: killed.port })
    expect([host.url, host.token, host.engines]).toEqual([killed.url, killed.token, [pid]])
    await host[Symbol.asyncDispose]()
    expect(host.engines).toEqual([])
  })

  it('ends engines that a killed host has left', async () => {
    using folder = new TemporaryFolder()
    const host = await EngineHost.start({ dataDir: folder.path })
    expect(await order(host)).toBe(200)
    await host.kill('SIGKILL')
    expect(host.engines).toHaveLength(1)
    await host[Symbol.asyncDispose]()
    expect(host.engines).toEqual([])
  })

  it('answers nobody while it is paused', async () => {
    using folder = new TemporaryFolder()
    await using host = await EngineHost.start({ dataDir: folder.path })
    const alive = (): Promise<boolean> => fetch(`${host.url}/healthz`, { signal: AbortSignal.timeout(300) }).then(({ ok }) => ok, () => false)
    host.pause()
    expect(await alive()).toBe(false)
    host.resume()
    await waitUntil('the host answers', alive, { limitMs: 5_000 })
  })

  it('that does not come up is an error with what it wrote', async () => {
    using folder = new TemporaryFolder()
    await using first = await EngineHost.start({ dataDir: folder.path })
    await expect(EngineHost.start({ dataDir: folder.path })).rejects.toThrow(`belongs to the engine host with process id ${first.pid}, which runs`)
    await expect(EngineHost.start({ dataDir: join(folder.path, 'other'), port: first.port })).rejects.toThrow(/the engine host did not start[^]*EADDRINUSE/)
  })
})
