/** The tests of this service once more, over PostgreSQL under the service's own role. */
import { afterAll, beforeAll, describe } from 'vitest'
import { openDatabases } from '@brume/prisma'
import { hasPostgres, PostgresServer, TemporaryFolder } from '@brume/testing'
import { basename } from 'node:path'
import { useDatabases } from './auth.fixture.ts'

describe.skipIf(!hasPostgres())('needs PostgreSQL', async () => {
  let server: PostgresServer
  const folder = new TemporaryFolder()
  beforeAll(async () => {
    server = await PostgresServer.start({ dataDir: folder.path, settings: { fsync: 'off' } })
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
})
