import { beforeAll, expect, it } from 'vitest'
import { outboxRows, type Databases } from '../index.ts'
import { describeOnPostgres } from './server.fixture.ts'

const at = new Date(0)

describeOnPostgres('the outbox of several replicas', (postgres) => {
  let one: Databases
  let other: Databases
  beforeAll(async () => {
    const place = await postgres.provide()
    ;[one, other] = await Promise.all([postgres.open(place, ['auth']), postgres.open(place, ['auth'])])
  })

  const rows = ({ auth }: Databases) => outboxRows(auth, 'authOutbox')
  const add = async (database: Databases, ...values: string[]) => {
    for (const value of values) await database.auth.write((tx) => rows(database).add(tx, { topic: 't', key: 'k', value }, at))
  }
  const left = async () => (await one.auth.prisma.authOutbox.findMany({ orderBy: { id: 'asc' } })).map(({ value }) => value)

  it('is published by one of them at a time, in order', async () => {
    await add(one, 'a', 'b')
    const published: string[] = []
    const outcome = await rows(one).publishNext(10, async (batch, stillAlone) => {
      await stillAlone()
      expect(await rows(other).publishNext(10, async () => void published.push('never'))).toBeUndefined()
      await add(other, 'c')
      published.push(...batch.map(({ value }) => value))
    })
    expect([outcome, published, await left()]).toEqual([2, ['a', 'b'], ['c']])
    expect(await rows(other).publishNext(10, async (batch) => void published.push(...batch.map(({ value }) => value)))).toBe(1)
    expect([published, await rows(one).publishNext(10, async () => undefined)]).toEqual([['a', 'b', 'c'], 0])
  })

  it('keeps a row that is committed later under a lower id', async () => {
    const late = Promise.withResolvers<void>()
    const added = Promise.withResolvers<void>()
    const lower = one.auth.write(async (tx) => {
      await rows(one).add(tx, { topic: 't', key: 'x', value: 'lower' }, at)
      added.resolve()
      await late.promise
    })
    await added.promise
    await add(other, 'higher')
    await rows(other).publishNext(10, async (batch) => expect(batch.map(({ value }) => value)).toEqual(['higher']))
    late.resolve()
    await lower
    expect(await left()).toEqual(['lower'])
    await rows(one).publishNext(10, async () => undefined)
  })

  it('keeps its rows when the log refuses them', async () => {
    await add(one, 'again')
    await expect(rows(one).publishNext(10, async () => Promise.reject(new TypeError('the log is full')))).rejects.toThrow(TypeError)
    expect(await left()).toEqual(['again'])
    await rows(one).publishNext(10, async () => undefined)
  })

  it('stops a publisher whose session has ended, and lets the other go on', async () => {
    await add(one, 'first', 'second')
    const appended: string[] = []
    const cut = rows(one).publishNext(10, async ([first], stillAlone) => {
      await stillAlone()
      appended.push(first?.value ?? '')
      await postgres.server.superuser('postgres', "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'idle in transaction' AND usename = 'brume_auth'")
      await stillAlone()
      appended.push('never')
    })
    await expect(cut).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' })
    expect(await rows(other).publishNext(10, async (batch) => void appended.push(...batch.map(({ value }) => value)))).toBe(2)
    expect(appended).toEqual(['first', 'first', 'second'])
  })
})
