import { statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { TemporaryFolder } from '../temporaryFolder.ts'
import { hasPostgres } from './postgresPrograms.ts'
import { PostgresServer } from './postgresServer.ts'
import { processTree } from './processTree.ts'

describe.skipIf(!hasPostgres())('needs PostgreSQL: a server of our own', () => {
  const folder = new TemporaryFolder()
  afterAll(() => folder[Symbol.dispose]())

  it('keeps what was committed when it is killed and started again', async () => {
    const dataDir = join(folder.path, 'kept')
    const first = await PostgresServer.start({ dataDir })
    await first.superuser('postgres', 'CREATE TABLE kept AS SELECT 1 AS n')
    const [postmaster, ...backends] = processTree(first.pid)
    expect([postmaster, backends.length > 3]).toEqual([first.pid, true])
    expect((await first.kill('SIGKILL')).signal).toBe('SIGKILL')
    await using again = await PostgresServer.start({ dataDir, port: first.port })
    expect([again.port, await again.superuser('postgres', 'SELECT n FROM kept')]).toEqual([first.port, '1'])
    expect(again.output).toContain('automatic recovery in progress')
  })

  it('provides databases side by side, with one set of roles whose passwords are the owner\'s alone', async () => {
    await using server = await PostgresServer.start({ dataDir: join(folder.path, 'provided'), settings: { fsync: 'off' } })
    const [one, other, oneAgain] = await Promise.all([server.provision('one'), server.provision('other'), server.provision('one')])
    expect(one).toEqual({ url: `postgresql://127.0.0.1:${server.port}/one`, rolesDir: other.rolesDir })
    expect(oneAgain).toEqual(one)
    expect(statSync(join(one.rolesDir, 'brume_auth')).mode & 0o777).toBe(0o600)
    expect(await server.superuser('one', "SELECT rolname FROM pg_roles WHERE rolname LIKE 'brume%' AND (rolsuper OR rolcreatedb OR rolcreaterole OR (rolbypassrls AND rolname <> 'brume_ledger_append'))")).toBe('')
  })

  it('stands still and goes on', async () => {
    await using server = await PostgresServer.start({ dataDir: join(folder.path, 'paused'), settings: { fsync: 'off' } })
    server.pause()
    const answer = server.superuser('postgres', 'SELECT 1').then(() => 'answered')
    expect(await Promise.race([answer, new Promise((resolve) => setTimeout(resolve, 300, 'silent'))])).toBe('silent')
    server.resume()
    expect(await answer).toBe('answered')
  })

  it('says why it does not start, and leaves nothing running', async () => {
    const start = PostgresServer.start({ dataDir: join(folder.path, 'wrong'), settings: { shared_buffers: 'much' } })
    await expect(start).rejects.toThrow(/PostgreSQL did not start[^]*shared_buffers/)
  })
})
