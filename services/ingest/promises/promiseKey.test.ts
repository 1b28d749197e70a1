import { expect, it } from 'vitest'
import { systemClock, uuidv7Ids } from '@brume/config'
import { kekOf } from '@brume/keys'
import { openDatabase, openDatabases, type Database } from '@brume/prisma'
import { hasPostgres, PostgresServer, TemporaryFolder } from '@brume/testing'
import { loadPromiseKey } from './promiseKey.ts'

const REPLICAS = 4
const deps = { kek: kekOf(new Uint8Array(32)), clock: systemClock, newId: uuidv7Ids() }

async function startAtOnce(databases: Database[]): Promise<void> {
  const keys = await Promise.all(databases.map((database) => loadPromiseKey({ database, ...deps })))
  expect(new Set(keys.map(({ publicJwk }) => publicJwk.x)).size).toBe(1)
  const [first] = databases
  expect([await first?.prisma.promiseKey.count(), await first?.prisma.ingestOutbox.count()]).toEqual([1, 1])
}

it('is one key, however often it is asked for at once, announced once', async () => {
  using folder = new TemporaryFolder()
  const database = await openDatabase(`file:${folder.path}/brume.db`)
  await startAtOnce(Array.from({ length: REPLICAS }, () => database))
  await database.close()
})

it.skipIf(!hasPostgres())('needs PostgreSQL: is one key for all replicas that start at once, announced once', async () => {
  using folder = new TemporaryFolder()
  await using server = await PostgresServer.start({ dataDir: folder.path, settings: { fsync: 'off' } })
  const { url, rolesDir } = await server.provision('ingest')
  const opened = await Promise.all(Array.from({ length: REPLICAS }, () => openDatabases({ databaseUrl: url, databaseRoles: rolesDir, services: ['ingest'] })))
  await startAtOnce(opened.map(({ ingest }) => ingest))
  await Promise.all(opened.map((databases) => databases.close()))
})
