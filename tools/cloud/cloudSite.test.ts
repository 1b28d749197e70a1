import { hasHaproxy, hasKafka, hasPostgres, hasToxiproxy, TemporaryFolder, waitUntil } from '@brume/testing'
import { spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CloudSite } from './cloudSite.ts'

const hasAll = hasKafka() && hasPostgres() && hasHaproxy()

/** Processes whose command names the folder, or is named below it. */
function processesOf(folder: string): string[] {
  const { stdout } = spawnSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' })
  return stdout.split('\n').filter((line) => line.includes(folder))
}

describe.skipIf(!hasAll)('a cloud that cannot start (needs Java 17 and Maven, PostgreSQL, haproxy)', () => {
  it('names the part, shows what it wrote, and leaves nothing running', async () => {
    using folder = new TemporaryFolder()
    const start = CloudSite.start({ folder: folder.path, database: { settings: { shared_buffers: 'none' } } })
    await expect(start).rejects.toThrow(/^database is not ready: [^]*invalid value for parameter "shared_buffers"/)
    expect(processesOf(folder.path)).toEqual([])
  }, 120_000)

  it('because it is no longer wanted ends as well', async () => {
    using folder = new TemporaryFolder()
    await expect(CloudSite.start({ folder: folder.path, signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough')
    expect(processesOf(folder.path)).toEqual([])
  }, 120_000)
})

describe.skipIf(!hasAll || !hasToxiproxy())('a cloud (needs Java 17 and Maven, PostgreSQL, haproxy, Go)', () => {
  const folder = new TemporaryFolder()
  const gone: string[] = []
  let site: CloudSite
  beforeAll(async () => {
    site = await CloudSite.start({
      folder: folder.path,
      replicas: { auth: 1, ingest: 1, ledger: 1 },
      through: [{ from: 'ingest-1', to: 'broker' }, { from: 'ingest-1', to: 'database' }, { from: 'edge', to: 'ingest-1' }],
      onGone: (part) => gone.push(part),
    })
  }, 120_000)
  afterAll(async () => {
    await site?.stop()
    const left = processesOf(folder.path)
    folder[Symbol.dispose]()
    expect(left).toEqual([])
  }, 120_000)

  it('is one platform behind one URL', async () => {
    expect((await fetch(`${site.url}/readyz`)).status).toBe(200)
    const tenants = await fetch(`${site.url}/v1/tenants`, { headers: { authorization: `Bearer ${site.operatorToken}` } })
    expect([tenants.status, Object.keys(Object(await tenants.json()))]).toEqual([200, expect.arrayContaining(['items'])])
    const chains = await fetch(`${site.url}/v1/chains`, { headers: { authorization: `Bearer ${await site.tenantToken()}` } })
    expect(chains.status).toBe(200)
  })

  it('takes in another replica, also through links, and lets one go', async () => {
    await site.scale('ingest', 2)
    await waitUntil('both are up', async () => isUp('ingest-0', 'ingest-1'), { limitMs: 30_000 })
    await site.link('edge', 'ingest-1').disable()
    await waitUntil('the cut is seen', async () => (await site.edge.part.servers())['ingest-1'] === 'DOWN', { limitMs: 30_000 })
    await site.link('edge', 'ingest-1').heal()
    await site.scale('ingest', 1)
    expect([site.running('ingest').length, gone]).toEqual([1, []])
  }, 120_000)

  it('goes on with what was there when a replica has been killed and is started again', async () => {
    await site.replica('ledger', 0).kill()
    await waitUntil('the edge says so', async () => (await fetch(`${site.url}/readyz`)).status === 503, { limitMs: 30_000 })
    await site.replica('ledger', 0).start()
    await waitUntil('all is well', async () => (await fetch(`${site.url}/readyz`)).status === 200, { limitMs: 30_000 })
    expect(gone).toEqual([])
  }, 120_000)

  it('tells of a part that has ended by itself', async () => {
    process.kill(site.engineHost.part.pid, 'SIGKILL')
    await waitUntil('it is told', () => gone.includes('engine host'), { limitMs: 30_000 })
    await site.engineHost.start()
  }, 120_000)

  async function isUp(...replicas: string[]): Promise<boolean> {
    const states = await site.edge.part.servers()
    return replicas.every((name) => states[name] === 'UP')
  }
})
