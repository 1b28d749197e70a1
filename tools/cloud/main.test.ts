import { ChildProcess, freePort, hasHaproxy, hasKafka, hasPostgres, repositoryRoot, TemporaryFolder, waitUntil } from '@brume/testing'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const KILL_LIMIT_MS = 60_000

describe.skipIf(!(hasKafka() && hasPostgres() && hasHaproxy()))('npm run cloud (needs Java 17 and Maven, PostgreSQL, haproxy)', () => {
  it('shows how it goes, serves under one URL, and one Ctrl-C stops everything', async () => {
    using folder = new TemporaryFolder()
    const port = await freePort()
    const child = await startMain('--data', folder.path, '--port', String(port))
    try {
      await waitUntil('it is ready or gone', () => /^ready /m.test(child.output.text) || child.exit !== undefined, { limitMs: 120_000 })
      expect(child.output.text).toMatch(/^ {2}broker +ready +after [\d.]+ s$/m)
      expect(child.output.text).toContain(`ready http://127.0.0.1:${port} after`)
      const token = readFileSync(join(folder.path, 'secrets/operator.token'), 'utf8').trim()
      expect((await fetch(`http://127.0.0.1:${port}/v1/tenants`, { headers: { authorization: `Bearer ${token}` } })).status).toBe(200)
      expect(await child.kill('SIGINT', KILL_LIMIT_MS)).toEqual({ code: 0, signal: null })
      const stopped = [...child.output.text.matchAll(/^ {2}(\S.*?) +stopped +after/gm)].map(([, part]) => part)
      expect(stopped).toHaveLength(9)
      expect([stopped[0], ...stopped.slice(-3)]).toEqual(['edge', 'engine host', 'broker', 'database'])
      expect(spawnSync('ps', ['-eo', 'args='], { encoding: 'utf8' }).stdout).not.toContain(folder.path)
    } finally {
      if (child.exit === undefined) await child.kill('SIGTERM', KILL_LIMIT_MS)
    }
  }, 240_000)

  it('does not begin when its port is taken', async () => {
    const server = createServer()
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const { port } = server.address() as AddressInfo // it listens on TCP
    try {
      const child = await startMain('--port', String(port))
      expect([(await child.exited).code, child.output.text]).toEqual([1, expect.stringContaining(`port ${port} is in use`)])
    } finally {
      server.close()
    }
  })

  it.each([['--port', 'x'], ['--prot', '1'], ['now']])('says how it is called: %s', async (...args) => {
    const child = await startMain(...args)
    expect([(await child.exited).code, child.output.text]).toEqual([2, expect.stringMatching(/npm run cloud \[-- --port N --data DIR\]\n$/)])
  })
})

function startMain(...args: string[]): Promise<ChildProcess> {
  return ChildProcess.start({ command: [process.execPath, join(repositoryRoot(), 'tools/cloud/dist/main.js'), ...args], cwd: repositoryRoot(), env: process.env })
}
