import { expect, it } from 'vitest'
import { DatabaseFull, DatabaseUnavailable, isUniqueViolation, type PostgresDatabase } from '../index.ts'
import { describeOnPostgres, type TestServer } from './server.fixture.ts'

const at = new Date(0)

async function platformDatabase(postgres: TestServer): Promise<PostgresDatabase> {
  const { auth } = await postgres.open(await postgres.provide(), ['auth'])
  if (auth.kind !== 'postgresql') throw new Error('opened another database')
  return auth.forPlatform()
}

describeOnPostgres('a database on PostgreSQL', (postgres) => {
  const tenant = (id: string) => ({ data: { id, name: id, createdAt: at } })

  it('keeps all of a transaction or nothing', async () => {
    const database = await platformDatabase(postgres)
    await expect(database.write(async (tx) => {
      await tx.tenant.create(tenant('a'))
      throw new RangeError('mine')
    })).rejects.toThrow(RangeError)
    expect(await database.prisma.tenant.count()).toBe(0)
  })

  it('names the model whose row is there already', async () => {
    const database = await platformDatabase(postgres)
    await database.write((tx) => tx.tenant.create(tenant('a')))
    const again: unknown = await database.write((tx) => tx.tenant.create(tenant('a'))).catch((error: unknown) => error)
    expect([isUniqueViolation(again), isUniqueViolation(again, 'Tenant'), isUniqueViolation(again, 'Device')]).toEqual([true, true, false])
  })

  it('lets transactions that name the same lock see each other\'s work, one after the other', async () => {
    const database = await platformDatabase(postgres)
    const countOn = () => database.write(async (tx) => {
      const count = await tx.tenant.count()
      await tx.tenant.create(tenant(String(count)))
    }, { alone: 'counting' })
    await Promise.all(Array.from({ length: 20 }, countOn))
    expect(await database.prisma.tenant.count()).toBe(20)
  })

  it('keeps times to the millisecond in UTC, and numbers as numbers, whichever way they go', async () => {
    const database = await platformDatabase(postgres)
    const time = new Date('2026-07-01T12:34:56.789Z')
    await database.write((tx) => tx.tenant.create({ data: { id: 'raw', name: 'raw', createdAt: time } }))
    const { rows } = await database.transaction((client) => client.query('SELECT created_at, 1763733600000::bigint AS big FROM auth_tenants WHERE created_at = $1', [time]))
    expect(rows).toEqual([{ created_at: time, big: 1_763_733_600_000 }])
  })

  it('says that the disk is full, and keeps nothing', async () => {
    const database = await platformDatabase(postgres)
    const name = (await database.read((client) => client.query<{ name: string }>('SELECT current_database() AS name'))).rows[0]?.name ?? ''
    await postgres.server.superuser(name, `CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$; GRANT EXECUTE ON FUNCTION full_disk() TO PUBLIC; CREATE TRIGGER no_room BEFORE INSERT ON auth_tenants FOR EACH ROW EXECUTE FUNCTION full_disk()`)
    await expect(database.write((tx) => tx.tenant.create(tenant('a')))).rejects.toBeInstanceOf(DatabaseFull)
    await expect(database.transaction((client) => client.query("INSERT INTO auth_tenants VALUES ('a', 'a', now())"))).rejects.toBeInstanceOf(DatabaseFull)
  })

  it('is unavailable while the server is down, and serves again once it is back', async () => {
    const database = await platformDatabase(postgres)
    const { port } = postgres.server
    const cut = database.write(async (tx) => {
      await tx.tenant.create(tenant('cut'))
      await postgres.server.kill('SIGKILL')
      await tx.tenant.count()
    })
    await expect(cut).rejects.toBeInstanceOf(DatabaseUnavailable)
    for (const ask of [() => database.prisma.tenant.count(), () => database.write((tx) => tx.tenant.create(tenant('x'))), () => database.read((client) => client.query('SELECT 1')), () => database.check()]) {
      await expect(ask()).rejects.toBeInstanceOf(DatabaseUnavailable)
    }
    await postgres.start(port)
    await expect.poll(() => database.check().then(() => 'up', String), { timeout: 10_000 }).toBe('up')
    expect(await database.prisma.tenant.count()).toBe(0)
  })

  it('is unavailable, not hanging, while the server stands still', { timeout: 60_000 }, async () => {
    const database = await platformDatabase(postgres)
    await database.check()
    postgres.server.pause()
    try {
      await expect(database.check(200)).rejects.toThrow(/does not answer within 200 ms/)
      await expect(database.prisma.tenant.count()).rejects.toBeInstanceOf(DatabaseUnavailable)
    } finally {
      postgres.server.resume()
    }
    await expect.poll(() => database.prisma.tenant.count().catch(String), { timeout: 30_000 }).toBe(0)
  })
})
