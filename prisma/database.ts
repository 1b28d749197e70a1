import type BetterSqlite3 from 'better-sqlite3'
import type pg from 'pg'
import type { Prisma, PrismaClient } from './generated/sqlite/client.ts'

/** The queries of both databases' clients: the models are the same, and PostgreSQL's options are SQLite's and more. */
export type Transaction = Prisma.TransactionClient

/** The disk (or `maxPages`) is full: nothing of the transaction was kept. Callers answer 503 with Retry-After and try again later. */
export class DatabaseFull extends Error {
  override name = 'DatabaseFull'
  readonly code = 'DATABASE_FULL'
}

/**
 * The database does not answer, or not in time. Nothing was acknowledged; a transaction whose commit was under way may have been kept.
 * Callers answer 503 with Retry-After and try again later.
 */
export class DatabaseUnavailable extends Error {
  override name = 'DatabaseUnavailable'
  readonly code = 'DATABASE_UNAVAILABLE'
}

export interface WriteOptions {
  /**
   * Only one transaction at a time holds this name, over all processes, and it takes it before it reads: what it reads is the newest state.
   * SQLite needs no name, because its transactions are alone anyway.
   */
  readonly alone?: string
}

interface AnyDatabase {
  /**
   * Reads only, for whom {@link currentScope} says. Every write goes through `write`: on SQLite's one connection a statement of somebody else would
   * become part of an open transaction.
   * @throws DatabaseUnavailable
   */
  readonly prisma: PrismaClient
  /**
   * One transaction of ordinary queries. On SQLite alone in this process while it runs; on PostgreSQL READ COMMITTED beside others: what must not be
   * overtaken is guarded by the rows that it updates, by a unique index, or by {@link WriteOptions.alone}. A unique violation ends the transaction.
   * @throws DatabaseFull, DatabaseUnavailable
   */
  write<T>(work: (tx: Transaction) => Promise<T>, options?: WriteOptions): Promise<T>
  /** The same database for one tenant, whatever the scope of the caller. Keep it: making one costs something. */
  forTenant(tenantId: string): Database
  /** The same database for the platform's own work, whatever the scope of the caller. */
  forPlatform(): Database
  /** For readiness. @throws DatabaseUnavailable, with the reason, when it does not answer within `limitMs` (default 2 s) */
  check(limitMs?: number): Promise<void>
  close(): Promise<void>
}

export interface SqliteDatabase extends AnyDatabase {
  readonly kind: 'sqlite'
  forTenant(tenantId: string): SqliteDatabase
  forPlatform(): SqliteDatabase
  /** The append path: prepared statements on a connection of its own, alone in this process while `work` runs. */
  exclusive<T>(work: () => T): Promise<T>
  /** Connection of the append path. Writes only inside `exclusive`. */
  readonly sqlite: BetterSqlite3.Database
}

export interface PostgresDatabase extends AnyDatabase {
  readonly kind: 'postgresql'
  forTenant(tenantId: string): PostgresDatabase
  forPlatform(): PostgresDatabase
  /** One READ ONLY transaction on the service's own role, for whom the scope says. `bigint` columns come as numbers, timestamps as UTC. */
  read<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T>
  /** The same, to write. */
  transaction<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T>
  /** Role brume_ledger_append: not bound by row-level security, no more columns than the append path needs. Only the ledger has it. */
  readonly append: pg.Pool
}

/** `kind` tells which: `if (database.kind === 'sqlite')`. */
export type Database = SqliteDatabase | PostgresDatabase

/** One for each service of a process, under its own role; on SQLite all the same one. */
export interface Databases {
  readonly auth: Database
  readonly ingest: Database
  readonly ledger: Database
  close(): Promise<void>
}
