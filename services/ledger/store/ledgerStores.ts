import { typedFailure, type Database } from '@brume/prisma'
import type { LedgerReader, LedgerStore } from './ledgerStore.ts'
import { PostgresLedgerReader, PostgresLedgerStore } from './postgresql/index.ts'
import { SqliteLedgerStore } from './sqlite/sqliteLedgerStore.ts'

/** The adapters of a database: the append path, which is nobody's request, and what requests read within their scope. */
export function ledgerStores(database: Database): { store: LedgerStore; reader: LedgerReader } {
  if (database.kind === 'postgresql') return { store: new PostgresLedgerStore(database.append, typedFailure), reader: new PostgresLedgerReader(database) }
  const store = new SqliteLedgerStore(database)
  return { store, reader: store }
}
