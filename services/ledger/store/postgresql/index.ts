export { PostgresLedgerReader, type ReadSource } from './postgresLedgerReader.ts'
export { PostgresLedgerStore } from './postgresLedgerStore.ts'
export type { Queryable } from './statement.ts'
