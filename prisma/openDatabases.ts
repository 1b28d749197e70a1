import type { ServiceName } from '@brume/config'
import type { Database, Databases, SqliteDatabase } from './database.ts'
import { openSqliteDatabase, type SqliteOptions } from './sqlite/sqliteDatabase.ts'

/** The members of `Config` that say which database, under their names there. */
export interface DatabasesOptions {
  readonly databaseUrl: string
  /** PostgreSQL: folder with one file per role, which holds its password. */
  readonly databaseRoles?: string
  /** PostgreSQL: most connections of one service. */
  readonly databaseConnections?: number
  readonly services: readonly ServiceName[]
  /** SQLite, test only. */
  readonly dbMaxPages?: number
}

export interface WaitOptions {
  /** Told what the start waits for, such as a server that is not there yet. */
  readonly onWait?: (line: string) => void
  /** Longest wait, ms (default 60 s). */
  readonly limitMs?: number
}

/** Opens (and migrates, where it may) what DATABASE_URL names, for the services of this process. */
export async function openDatabases({ databaseUrl, databaseRoles, databaseConnections, services, dbMaxPages }: DatabasesOptions, wait: WaitOptions = {}): Promise<Databases> {
  if (databaseUrl.startsWith('file:')) return oneForAll(await openDatabase(databaseUrl, { maxPages: dbMaxPages }))
  // Loaded only where it is used: a fog box does not pay for PostgreSQL's client.
  const { openPostgres } = await import('./postgresql/openPostgres.ts')
  return openPostgres({ databaseUrl, databaseRoles, services, connections: databaseConnections, ...wait })
}

/** SQLite, by its URL `file:PATH`. */
export async function openDatabase(url: string, options: SqliteOptions = {}): Promise<SqliteDatabase> {
  if (!url.startsWith('file:')) throw new Error(`${url.split(':')[0]}: is no SQLite database; it is opened by openDatabases`)
  return openSqliteDatabase(url.slice('file:'.length), options)
}

/** One database for every service of a process. */
export function oneForAll(database: Database): Databases {
  return { auth: database, ingest: database, ledger: database, close: () => database.close() }
}
