import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3'
import { PrismaPg } from '@prisma/adapter-pg'
import type { SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils'
import { expect, it } from 'vitest'
import { openDatabase, openDatabases } from '@brume/prisma'
import { hasPostgres, PostgresServer, TemporaryFolder } from '@brume/testing'
import { databases } from './databases.mjs'
import { diagnose } from './schemaEngine.mjs'

/** What Prisma's own engine says of a database that Brume has migrated. */
async function statusOf(provider: string, adapter: SqlMigrationAwareDriverAdapterFactory, missing = 0): Promise<unknown> {
  const database = databases.find((known) => known.provider === provider)
  if (database === undefined) throw new Error(`no such database: ${provider}`)
  return diagnose({ ...database, migrations: database.migrations.slice(0, database.migrations.length - missing), adapter })
}

const upToDate = { editedMigrationNames: [], failedMigrationNames: [], hasMigrationsTable: true, history: null }

it('finds a SQLite database up to date, as prisma migrate status does', async () => {
  using folder = new TemporaryFolder()
  const url = `file:${folder.path}/brume.db`
  await (await openDatabase(url)).close()
  expect(await statusOf('sqlite', new PrismaBetterSqlite3({ url }))).toEqual(upToDate)
  expect(await statusOf('sqlite', new PrismaBetterSqlite3({ url }), 1)).toMatchObject({ history: { diagnostic: 'migrationsDirectoryIsBehind' } })
})

it.skipIf(!hasPostgres())('needs PostgreSQL: finds its database up to date, as prisma migrate status does', async () => {
  using folder = new TemporaryFolder()
  await using server = await PostgresServer.start({ dataDir: folder.path, settings: { fsync: 'off' } })
  const { url, rolesDir } = await server.provision('brume')
  await (await openDatabases({ databaseUrl: url, databaseRoles: rolesDir, services: ['auth'] })).close()
  expect(await statusOf('postgresql', new PrismaPg(server.superuserUrl('brume')))).toEqual(upToDate)
  expect(await statusOf('postgresql', new PrismaPg(server.superuserUrl('brume')), 1)).toMatchObject({ history: { diagnostic: 'migrationsDirectoryIsBehind' } })
})
