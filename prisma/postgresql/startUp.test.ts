import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { claimDeployment, MigrationRefused, openDatabase, openDatabases, type Database } from '../index.ts'
import { describeOnPostgres, passwordOf } from './server.fixture.ts'
import { TemporaryFolder } from '@brume/testing'

describeOnPostgres('the start with PostgreSQL', (postgres) => {
  const applied = (database: string) => postgres.server.superuser(database, 'SELECT migration_name, count(*) FROM "_prisma_migrations" GROUP BY 1 ORDER BY 1')
  const nameOf = (url: string) => url.slice(url.lastIndexOf('/') + 1)

  it('migrates once when several processes start at once, and not again', async () => {
    const place = await postgres.provide()
    await Promise.all([postgres.open(place), postgres.open(place), postgres.open(place, ['auth'])])
    await postgres.open(place)
    expect(await applied(nameOf(place.url))).toBe('20261121165214_init|1\n20261121165215_roles|1')
  })

  it('waits for the schema where it may not migrate, and says for which migration', async () => {
    const place = await postgres.provide()
    const lines: string[] = []
    const waiting = postgres.open({ ...place, rolesDir: postgres.rolesWithout(place, 'brume_migrator') }, ['auth'], { onWait: (line) => lines.push(line) })
    await expect.poll(() => lines).toEqual([expect.stringMatching(/^waiting for the schema of PostgreSQL at 127\.0\.0\.1:\d+, database test_\d+: migration 20261121165214_init is not applied yet/)])
    await postgres.open(place, ['ledger'])
    expect(await (await waiting).auth.forPlatform().prisma.tenant.count()).toBe(0)
  })

  it('waits for a server that is not there yet, and says so', async () => {
    const place = await postgres.provide()
    const { port } = postgres.server
    await postgres.server.stop()
    const lines: string[] = []
    const waiting = postgres.open(place, ['auth'], { onWait: (line) => lines.push(line) })
    await expect.poll(() => lines).toEqual([expect.stringMatching(/^waiting for PostgreSQL at 127\.0\.0\.1:\d+, database test_\d+: connect ECONNREFUSED/)])
    await postgres.start(port)
    expect((await waiting).auth.kind).toBe('postgresql')
  })

  it('gives up with one line when nothing comes', async () => {
    const place = await postgres.provide()
    const open = openDatabases({ databaseUrl: place.url.replace(/:\d+\//, ':1/'), databaseRoles: place.rolesDir, services: ['auth'] }, { limitMs: 300 })
    await expect(open).rejects.toThrow(/^waiting for PostgreSQL at 127\.0\.0\.1:1, database test_\d+: connect ECONNREFUSED 127\.0\.0\.1:1: not within 0\.3 s$/)
  })

  it('refuses at once what waiting does not mend, and tells no password', async () => {
    const place = await postgres.provide()
    const wrong = { ...place, rolesDir: postgres.rolesWithout(place, 'brume_auth') }
    await expect(postgres.open(wrong, ['auth'])).rejects.toThrow(/DATABASE_ROLES has no file brume_auth, which this process needs/)
    writeFileSync(join(wrong.rolesDir, 'brume_auth'), 'not-the-password')
    await expect(postgres.open(wrong, ['auth'])).rejects.toThrow(/refuses role brume_auth: put its password into the file brume_auth of DATABASE_ROLES(?!.*not-the-password)/)
    await expect(postgres.open({ ...place, url: place.url.replace(/\/[^/]*$/, '/nowhere') }, ['auth'])).rejects.toThrow(/database nowhere does not exist: make it with prisma\/postgresql\/roles\.sql/)
    await expect(postgres.open({ ...place, url: place.url.replace('//', `//brume_auth:${passwordOf(place, 'brume_auth')}@`) }, ['auth'])).rejects.toThrow(/^DATABASE_URL names the place only/)
    await expect(openDatabases({ databaseUrl: place.url, services: ['auth'] })).rejects.toThrow(/^DATABASE_ROLES is not set/)
    await expect(openDatabases({ databaseUrl: `${place.url}?sslmode=off`, databaseRoles: place.rolesDir, services: ['auth'] })).rejects.toThrow(/^DATABASE_URL does not take sslmode/)
  })

  it('does not need the files of services that it does not run', async () => {
    const place = await postgres.provide()
    const databases = await postgres.open({ ...place, rolesDir: postgres.rolesWithout(place, 'brume_ledger', 'brume_ledger_append', 'brume_ingest') }, ['auth'])
    expect(await databases.auth.prisma.tokenKey.count()).toBe(0)
    expect(() => databases.ledger).toThrow(/does not run ledger/)
  })

  it('refuses a database that a newer version has migrated, with and without the right to migrate', async () => {
    const place = await postgres.provide()
    await postgres.open(place)
    await postgres.server.superuser(nameOf(place.url), `INSERT INTO "_prisma_migrations" (id, checksum, migration_name, finished_at) VALUES ('x', 'x', '29990101000000_later', now())`)
    await expect(postgres.open(place)).rejects.toThrow(/^the database has migration 29990101000000_later, which this version of Brume does not know/)
    await expect(postgres.open({ ...place, rolesDir: postgres.rolesWithout(place, 'brume_migrator') }, ['auth'])).rejects.toBeInstanceOf(MigrationRefused)
  })

  it('leaves nothing of a migration that fails', async () => {
    const place = await postgres.provide()
    await postgres.as(place, 'brume_migrator', (client) => client.query('CREATE TABLE ledger_tiles (x int)'))
    await expect(postgres.open(place)).rejects.toThrow(/"ledger_tiles" already exists/)
    expect(await postgres.server.superuser(nameOf(place.url), "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")).toBe('_prisma_migrations\nledger_tiles')
  })

  it.each(['sqlite', 'postgresql'] as const)('keeps a database for the deployment that used it first, on %s', async (kind) => {
    using folder = new TemporaryFolder()
    const database: Database = kind === 'sqlite' ? await openDatabase(`file:${folder.path}/brume.db`) : (await postgres.open(await postgres.provide(), ['ingest'])).ingest
    const mine = { logIdentity: 'log 1', origin: 'brume.test' }
    await Promise.all([1, 2, 3].map((n) => claimDeployment(database, mine, new Date(n))))
    await claimDeployment(database, mine, new Date(4))
    await expect(claimDeployment(database, { ...mine, origin: 'other.test' }, new Date())).rejects.toThrow('set BRUME_ORIGIN=brume.test, or point DATABASE_URL at a database of its own')
    await expect(claimDeployment(database, { ...mine, logIdentity: 'log 2' }, new Date())).rejects.toThrow('the database belongs to the event log log 1, EVENT_LOG_URL names log 2')
    if (kind === 'sqlite') await database.close()
  })
})
