import { hasPostgres } from '@brume/testing'
import { afterAll, beforeAll, describe } from 'vitest'
import { LedgerDatabase } from '../postgresql/ledgerDatabase.fixture.ts'
import { PostgresLedgerStore } from '../postgresql/postgresLedgerStore.ts'
import { keepsTheLedgerStoreContract } from './ledgerStoreContract.fixture.ts'
import type { StoreUnderTest } from './storeUnderTest.fixture.ts'

describe.skipIf(!hasPostgres())('ledger store on PostgreSQL, needs PostgreSQL', () => {
  let database: LedgerDatabase

  beforeAll(async () => {
    database = await LedgerDatabase.start()
  })

  afterAll(() => database[Symbol.asyncDispose]())

  async function open(): Promise<StoreUnderTest> {
    await database.empty()
    const pool = database.appendPool()
    return {
      store: new PostgresLedgerStore(database.ledger.append),
      restarted: async () => new PostgresLedgerStore(pool),
      outbox: outboxOf,
      async [Symbol.asyncDispose]() {
        await pool.end()
      },
    }
  }

  async function outboxOf(): ReturnType<StoreUnderTest['outbox']> {
    const { rows } = await database.superuser.query('SELECT topic, key, value, extract(epoch FROM created_at) * 1000 AS ms FROM ledger_outbox ORDER BY id')
    return rows.map(({ topic, key, value, ms }) => ({ topic, key, value, createdAt: new Date(Number(ms)) }))
  }

  keepsTheLedgerStoreContract(open)
})
