import { ENTRIES } from '@brume/event-log'
import { hasPostgres, waitUntil } from '@brume/testing'
import type pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { appendOf, CHAIN, entryOf, withEntries } from '../contract/appends.fixture.ts'
import { AppendedAlready, EpochLost, LogGap } from '../errors.ts'
import type { Append } from '../ledgerStore.ts'
import { LedgerDatabase } from './ledgerDatabase.fixture.ts'
import { PostgresLedgerStore } from './postgresLedgerStore.ts'

const ROUNDS = 30
const LOCKED_POSITION = 'SELECT 1 FROM ledger_log_offsets WHERE topic = $1 AND partition = 0 FOR UPDATE'

describe.skipIf(!hasPostgres())('two owners of one partition, needs PostgreSQL', () => {
  let database: LedgerDatabase
  let pools: [pg.Pool, pg.Pool]
  let older: PostgresLedgerStore
  let newer: PostgresLedgerStore

  beforeAll(async () => {
    database = await LedgerDatabase.start()
    pools = [database.appendPool(), database.appendPool()]
    older = new PostgresLedgerStore(pools[0])
    newer = new PostgresLedgerStore(pools[1])
  })

  afterAll(async () => {
    for (const pool of pools) await pool.end()
    await database[Symbol.asyncDispose]()
  })

  beforeEach(() => database.empty())

  /** One entry at the place where the chain goes on; who wrote it shows in its flags. */
  function nextOf(first: number, epoch: number, writer: number): Append {
    return appendOf({ epoch, first, ...withEntries([entryOf(CHAIN, first, { flags: writer })]) })
  }

  it('lets the newer epoch write and no other, when both append at once', async () => {
    for (let first = 0; first < ROUNDS; first++) {
      const stale = await older.take(ENTRIES, 0)
      const held = await newer.take(ENTRIES, 0)
      const [lost, won] = await Promise.allSettled([older.append(nextOf(first, stale.epoch, 1)), newer.append(nextOf(first, held.epoch, 2))])
      expect(lost).toMatchObject({ status: 'rejected', reason: expect.any(EpochLost) })
      expect(won).toMatchObject({ status: 'fulfilled' })
    }
    expect((await newer.entries(CHAIN, 0, ROUNDS)).map(({ flags }) => flags)).toEqual(Array.from({ length: ROUNDS }, () => 2))
  })

  it('lets one of two writers under the same epoch write', async () => {
    for (let first = 0; first < ROUNDS; first++) {
      const { epoch } = await newer.take(ENTRIES, 0)
      const ends = await Promise.allSettled([older.append(nextOf(first, epoch, 1)), newer.append(nextOf(first, epoch, 2))])
      const refused = ends.filter((end) => end.status === 'rejected').map(({ reason }) => reason)
      expect(refused).toEqual([expect.any(AppendedAlready)])
    }
    expect(await newer.entries(CHAIN, 0, 2 * ROUNDS)).toHaveLength(ROUNDS)
  })

  it('tells whoever takes the partition of all that the last owner wrote, and of nothing that comes later', async () => {
    let first = 0
    for (let round = 0; round < ROUNDS; round++) {
      const { epoch } = await older.take(ENTRIES, 0)
      const [appended, taken] = await Promise.allSettled([older.append(nextOf(first, epoch, 1)), newer.take(ENTRIES, 0)])
      if (appended.status === 'fulfilled') first += 1
      else expect(appended.reason).toBeInstanceOf(EpochLost)
      expect(taken).toEqual({ status: 'fulfilled', value: { next: first, epoch: epoch + 1 } })
    }
    expect(await newer.entries(CHAIN, 0, ROUNDS)).toHaveLength(first)
  })

  it('gives no device number to two owners', async () => {
    const numbers = (await Promise.all([older, newer, older, newer].map((store) => store.reserveDeviceNumbers(50)))).flat()
    expect(new Set(numbers).size).toBe(200)
  })

  it('writes nothing for a stale owner that had to wait, and holds up nobody', async () => {
    const { epoch } = await older.take(ENTRIES, 0)
    await using held = await lockedPosition()
    const late = older.append(nextOf(0, epoch, 1))
    late.catch(() => undefined)
    await waitUntil('the append waits for the position', waiting, { limitMs: 5_000 })
    await held.client.query('UPDATE ledger_log_offsets SET epoch = epoch + 1')
    await held.client.query('COMMIT')
    await expect(late).rejects.toThrow(EpochLost)
    await newer.append(nextOf(0, epoch + 1, 2))
  })

  it('lives on when the database cuts the connection within an append', async () => {
    const { epoch } = await older.take(ENTRIES, 0)
    await using held = await lockedPosition()
    const cut = older.append(nextOf(0, epoch, 1))
    cut.catch(() => undefined)
    await waitUntil('the append waits for the position', waiting, { limitMs: 5_000 })
    await database.superuser.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'brume_ledger_append' AND wait_event_type = 'Lock'")
    await expect(cut).rejects.toThrow(/terminating connection/)
    await held.client.query('ROLLBACK')
    expect(await older.position(ENTRIES, 0)).toEqual({ next: 0, epoch })
    await older.append(nextOf(0, epoch, 1))
  })

  it('gives up on a database that does not answer, and goes on when it does', async () => {
    const impatient = database.appendPool(1, { query_timeout: 300, connectionTimeoutMillis: 300 })
    const store = new PostgresLedgerStore(impatient)
    const { epoch } = await store.take(ENTRIES, 0)
    database.pause()
    await expect(store.append(nextOf(0, epoch, 1))).rejects.toThrow(/timeout/)
    await expect(store.append(nextOf(0, epoch, 1))).rejects.toThrow(/timeout/)
    database.resume()
    const { next } = await newer.position(ENTRIES, 0)
    await newer.append(nextOf(next, epoch, 2))
    await impatient.end()
  })

  it('leaves no transaction open behind a refused append, and uses its connection again', async () => {
    const only = database.appendPool(1)
    const store = new PostgresLedgerStore(only)
    const { epoch } = await store.take(ENTRIES, 0)
    const processIdOf = async () => (await only.query('SELECT pg_backend_pid() AS pid')).rows[0]
    const before = await processIdOf()
    await store.append(nextOf(0, epoch, 1))
    await expect(store.append({ ...nextOf(1, epoch, 1), ...withEntries([entryOf(CHAIN, 0)]) })).rejects.toThrow(/duplicate key/)
    await expect(store.append(nextOf(5, epoch, 1))).rejects.toThrow(LogGap)
    expect(await processIdOf()).toEqual(before)
    const { rows } = await database.superuser.query("SELECT state FROM pg_stat_activity WHERE usename = 'brume_ledger_append' AND state LIKE 'idle in transaction%'")
    expect(rows).toEqual([])
    await store.append(nextOf(1, epoch, 1))
    await only.end()
  })

  async function lockedPosition(): Promise<AsyncDisposable & { client: pg.PoolClient }> {
    const client = await database.superuser.connect()
    await client.query('BEGIN')
    await client.query(LOCKED_POSITION, [ENTRIES])
    return { client, [Symbol.asyncDispose]: async () => client.release(true) }
  }

  async function waiting(): Promise<boolean> {
    const { rows } = await database.superuser.query("SELECT 1 FROM pg_stat_activity WHERE usename = 'brume_ledger_append' AND wait_event_type = 'Lock'")
    return rows.length > 0
  }
})
