/** The tests of this service once more, over PostgreSQL under the service's own role. */
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { openDatabases } from '@brume/prisma'
import { hasPostgres, PostgresServer, TemporaryFolder } from '@brume/testing'
import { basename } from 'node:path'
import { call, deviceKey, firstTenantToken, newDataDir, startAuth, useDatabases } from './auth.fixture.ts'

describe.skipIf(!hasPostgres())('needs PostgreSQL', async () => {
  let server: PostgresServer
  const folder = new TemporaryFolder()
  const settings = { fsync: 'off' }
  beforeAll(async () => {
    server = await PostgresServer.start({ dataDir: folder.path, settings })
  })
  afterAll(async () => {
    await server.stop()
    folder[Symbol.dispose]()
  })
  useDatabases(async (dataDir) => {
    const { url, rolesDir } = await server.provision(`of_${basename(dataDir)}`)
    const databases = await openDatabases({ databaseUrl: url, databaseRoles: rolesDir, databaseConnections: 4, services: ['auth'] })
    return databases.auth
  })
  await import('./devices/devices.test.ts')
  await import('./firstStart/firstStart.test.ts')
  await import('./tenants/tenants.test.ts')
  await import('./keys/jwks.test.ts')
  await import('./authOutbox.test.ts')
  await import('./problems.test.ts')

  it('answers 503 with Retry-After while the database is down, and goes on once it is back', async () => {
    const auth = await startAuth({ dataDir: newDataDir() })
    onTestFinished(() => auth.stop())
    const token = firstTenantToken(auth)
    const list = () => call(auth, 'GET', '/v1/devices', { token })
    const register = async () => call(auth, 'POST', '/v1/devices', { token, key: 'once', body: { name: 'buoy', jwk: key.jwk } })
    const key = await deviceKey()
    await server.kill('SIGKILL')
    for (const refused of [await list(), await register()]) expect([refused.status, refused.body.type, refused.headers['retry-after']]).toEqual([503, '/problems/storage-unavailable', '5'])
    server = await PostgresServer.start({ dataDir: folder.path, port: server.port, settings })
    await expect.poll(async () => (await register()).status, { timeout: 10_000 }).toBe(201)
    expect((await list()).body.items).toHaveLength(1)
  })
})
