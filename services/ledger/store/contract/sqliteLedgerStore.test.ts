import { openDatabase } from '@brume/prisma'
import { TemporaryFolder } from '@brume/testing'
import { describe } from 'vitest'
import { SqliteLedgerStore } from '../sqlite/sqliteLedgerStore.ts'
import { keepsTheLedgerStoreContract } from './ledgerStoreContract.fixture.ts'
import type { StoreUnderTest } from './storeUnderTest.fixture.ts'

async function open(): Promise<StoreUnderTest> {
  const folder = new TemporaryFolder()
  const database = await openDatabase(`file:${folder.path}/brume.db`)
  return {
    store: new SqliteLedgerStore(database),
    restarted: async () => new SqliteLedgerStore(database),
    outbox: () => database.prisma.ledgerOutbox.findMany({ orderBy: { id: 'asc' }, select: { topic: true, key: true, value: true, createdAt: true } }),
    async [Symbol.asyncDispose]() {
      await database.close()
      folder[Symbol.dispose]()
    },
  }
}

describe('ledger store on SQLite', () => {
  keepsTheLedgerStoreContract(open)
})
