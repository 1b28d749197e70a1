import { beforeAll, expect, it } from 'vitest'
import { asPlatform, asPublic, inTenant, type Databases, type PostgresDatabase } from '../index.ts'
import { describeOnPostgres } from './server.fixture.ts'

const at = new Date(0)
const bytes = Buffer.from('x')

function chainOf(tenantId: string, isPublic: boolean) {
  const id = `${tenantId} ${isPublic ? 'public' : 'private'}`
  const keys = { verifierKey: 'v', ledgerKeySealed: bytes, writerAddress: 'w', writerKeySealed: bytes }
  return { id, tenantId, name: id, engine: 'ganache', writeMode: 'batched', maxDelayMs: 1, maxReadings: 1, slackMs: 1, public: isPublic, state: 'ready', partition: 0, origin: `o/${id}`, eip155: 1, createdAt: at, updatedAt: at, ...keys }
}

describeOnPostgres('rows of tenants', (postgres) => {
  let databases: Databases
  let ledger: PostgresDatabase
  beforeAll(async () => {
    databases = await postgres.open(await postgres.provide())
    if (databases.ledger.kind !== 'postgresql') throw new Error('opened another database')
    ledger = databases.ledger
    await asPlatform(async () => {
      for (const id of ['ann', 'bob']) {
        await databases.auth.write((tx) => tx.tenant.create({ data: { id, name: id, createdAt: at } }))
        await databases.auth.write((tx) => tx.device.create({ data: { id: `device of ${id}`, tenantId: id, name: 'd', status: 'active', createdAt: at, keys: { create: { number: 1, jwk: '{}', thumbprint: id, createdAt: at } } } }))
        for (const isPublic of [true, false]) await ledger.write((tx) => tx.chain.create({ data: chainOf(id, isPublic) }))
      }
    })
    const { rows } = await ledger.forPlatform().read((client) => client.query<{ no: number }>('SELECT no FROM ledger_chains'))
    for (const { no } of rows) {
      await ledger.append.query('INSERT INTO ledger_entries VALUES ($1, 0, $2, $2, 0, 0)', [no, bytes])
      await ledger.append.query('INSERT INTO ledger_trees VALUES ($1, $2)', [no, bytes])
    }
  })

  const devices = async () => (await databases.auth.prisma.device.findMany({ orderBy: { id: 'asc' }, include: { keys: true } })).map(({ id, keys }) => `${id}: ${keys.length}`)
  const chains = async () => (await ledger.prisma.chain.findMany({ orderBy: { id: 'asc' } })).map(({ id }) => id)
  const entries = () => ledger.read(async (client) => (await client.query<{ id: string }>('SELECT chain.id FROM ledger_entries JOIN ledger_chains AS chain ON no = chain_no ORDER BY 1')).rows.map(({ id }) => id))

  it('are seen by their tenant, and by nobody without a scope', async () => {
    expect(await inTenant('ann', devices)).toEqual(['device of ann: 1'])
    expect(await inTenant('nobody', devices)).toEqual([])
    expect([await devices(), await asPublic(devices)]).toEqual([[], []])
    expect(await databases.auth.prisma.deviceKey.count()).toBe(0)
    expect(await databases.auth.forTenant('bob').prisma.tenant.findMany({ select: { id: true } })).toEqual([{ id: 'bob' }])
    expect(await asPlatform(devices)).toEqual(['device of ann: 1', 'device of bob: 1'])
  })

  it('of a public chain are seen by everybody, with what hangs on it', async () => {
    const everybody = ['ann public', 'bob public']
    for (const see of [chains, entries]) {
      expect(await asPublic(see)).toEqual(everybody)
      expect(await inTenant('ann', see)).toEqual(['ann private', ...everybody])
      expect(await asPlatform(see)).toHaveLength(4)
    }
    expect(await inTenant('bob', () => ledger.prisma.entry.count())).toBe(3)
    expect(await ledger.prisma.ledgerTree.count()).toBe(2)
  })

  it('are kept apart when several tenants ask for the same row in one tick', async () => {
    const { prisma } = ledger
    const asked = ['ann', 'bob', 'ann'].flatMap((tenant) => [
      inTenant(tenant, () => prisma.chain.findUnique({ where: { id: 'ann private' } })),
      inTenant(tenant, () => prisma.chain.findFirst({ where: { id: 'ann private' } })),
    ])
    expect((await Promise.all(asked)).map((row) => row?.id)).toEqual(['ann private', 'ann private', undefined, undefined, 'ann private', 'ann private'])
  })

  it('cannot be written for another tenant, public or not', async () => {
    const write = (tenantId: string) => inTenant('bob', () => databases.auth.write((tx) => tx.device.create({ data: { id: `new ${tenantId}`, tenantId, name: 'd', status: 'active', createdAt: at } })))
    await expect(write('ann')).rejects.toThrow(/row-level security/)
    expect((await write('bob')).tenantId).toBe('bob')
    const stop = (id: string) => inTenant('bob', () => ledger.write((tx) => tx.chain.updateMany({ where: { id }, data: { state: 'stopped' } })))
    expect(await Promise.all([stop('ann public'), stop('ann private'), stop('bob private')])).toEqual([{ count: 0 }, { count: 0 }, { count: 1 }])
    const chainNo = (await asPublic(() => ledger.prisma.chain.findUniqueOrThrow({ where: { id: 'ann public' } }))).no
    const checkpoint = () => ledger.write((tx) => tx.checkpoint.create({ data: { chainNo, size: 1, root: bytes, note: 'n', signedAt: at } }))
    await expect(inTenant('bob', checkpoint)).rejects.toThrow(/row-level security/)
    expect((await inTenant('ann', checkpoint)).size).toBe(1)
  })

  it('stay with their transaction: a connection that served one tenant shows the next nothing of it', async () => {
    const mixed = await Promise.all(Array.from({ length: 60 }, (_, n) => (n % 3 === 0 ? inTenant('ann', devices) : n % 3 === 1 ? inTenant('bob', devices) : devices())))
    mixed.forEach((seen, n) => expect(seen.every((line) => line.includes(['ann', 'bob', 'nobody'][n % 3] ?? ''))).toBe(true))
    expect(mixed.filter((_, n) => n % 3 === 2).flat()).toEqual([])
  })

  it('cannot be written in a transaction that only reads', async () => {
    await expect(ledger.forPlatform().read((client) => client.query("UPDATE ledger_chains SET state = 'x'"))).rejects.toMatchObject({ cause: { code: '25006' } })
  })
})
