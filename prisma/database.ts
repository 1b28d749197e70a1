import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3'
import BetterSqlite3 from 'better-sqlite3'
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Prisma, PrismaClient } from './generated/sqlite/client.ts'
import { migrateSqlite } from './migrate.ts'
import { WriteLock } from './writeLock.ts'

export type Transaction = Prisma.TransactionClient

/** The disk (or `maxPages`) is full: nothing of the transaction was kept. Callers answer 503 with Retry-After and try again later. */
export class DatabaseFull extends Error {
  override name = 'DatabaseFull'
  readonly code = 'DATABASE_FULL'
}

export interface Database {
  /** Reads only. Every write goes through `write`: on the one connection a statement of somebody else would become part of an open transaction. */
  readonly prisma: PrismaClient
  /** One transaction of ordinary queries; alone in this process while it runs. */
  write<T>(work: (tx: Transaction) => Promise<T>): Promise<T>
  /** The append path: prepared statements on a connection of its own, alone in this process while `work` runs. */
  exclusive<T>(work: () => T): Promise<T>
  /** Connection of the append path. Writes only inside `exclusive`. */
  readonly sqlite: BetterSqlite3.Database
  close(): Promise<void>
}

export interface DatabaseOptions {
  /** Test only: PRAGMA max_page_count, which makes "disk full" real. */
  maxPages?: number
}

const BUSY_TIMEOUT_MS = 5_000
/** SQLite's page cache of the append path, which writes at the end of its tables and in sorted runs. */
const CACHE_KIB = 4_096

/**
 * Opens (and migrates) the database that `url` names. `file:` is SQLite in WAL mode.
 * `synchronous=FULL` is set on every connection: better-sqlite3 is compiled with NORMAL for WAL, which does not fsync commits.
 */
export async function openDatabase(url: string, options: DatabaseOptions = {}): Promise<Database> {
  if (!url.startsWith('file:')) throw new Error(`DATABASE_URL ${url.split(':')[0]}: is not supported here; a fog node takes file:PATH`)
  const path = url.slice('file:'.length)
  mkdirSync(dirname(path), { recursive: true })
  const sqlite = openSqlite(path, options)
  migrateSqlite(sqlite, fileURLToPath(new URL(MIGRATIONS, import.meta.url)))
  const prisma = await connectPrisma(path, options)
  return new SqliteDatabase(prisma, sqlite)
}

/** From `dist/` the migrations lie one folder up. */
const MIGRATIONS = import.meta.url.endsWith('.ts') ? './sqlite/migrations' : '../sqlite/migrations'

function openSqlite(path: string, options: DatabaseOptions): BetterSqlite3.Database {
  const sqlite = new BetterSqlite3(path, { timeout: BUSY_TIMEOUT_MS })
  sqlite.pragma('journal_mode = WAL')
  for (const pragma of pragmas(options)) sqlite.pragma(pragma)
  sqlite.pragma(`cache_size = -${CACHE_KIB}`)
  return sqlite
}

function pragmas(options: DatabaseOptions): string[] {
  return ['synchronous = FULL', ...(options.maxPages === undefined ? [] : [`max_page_count = ${options.maxPages}`])]
}

async function connectPrisma(path: string, options: DatabaseOptions): Promise<PrismaClient> {
  const prisma = new PrismaClient({ adapter: new FsyncingSqlite({ url: `file:${path}`, timeout: BUSY_TIMEOUT_MS }, options) })
  await prisma.$connect()
  return prisma
}

class FsyncingSqlite extends PrismaBetterSqlite3 {
  constructor(config: ConstructorParameters<typeof PrismaBetterSqlite3>[0], private readonly limits: DatabaseOptions) {
    super(config)
  }

  override async connect() {
    const adapter = await super.connect()
    for (const pragma of pragmas(this.limits)) await adapter.executeScript(`PRAGMA ${pragma}`)
    return adapter
  }
}

/**
 * Prisma begins deferred: a transaction that reads first and finds that another process has written since cannot become a writer, and fails
 * at once instead of waiting. A statement that writes nothing takes the write lock, under `busy_timeout`, before anything is read.
 */
const TAKE_WRITE_LOCK = 'DELETE FROM "_prisma_migrations" WHERE 0'

class SqliteDatabase implements Database {
  private readonly lock = new WriteLock()

  constructor(readonly prisma: PrismaClient, readonly sqlite: BetterSqlite3.Database) {}

  write<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const locked = async (tx: Transaction): Promise<T> => {
      await tx.$executeRawUnsafe(TAKE_WRITE_LOCK)
      return work(tx)
    }
    return this.lock.run(() => this.prisma.$transaction(locked, { timeout: 15_000, maxWait: 5_000 }).catch(throwTyped))
  }

  exclusive<T>(work: () => T): Promise<T> {
    return this.lock.run(() => {
      try {
        return work()
      } catch (error) {
        return throwTyped(error)
      }
    })
  }

  async close(): Promise<void> {
    await this.lock.run(() => this.prisma.$disconnect())
    this.sqlite.close()
  }
}

function throwTyped(error: unknown): never {
  throw isFull(error) ? new DatabaseFull('the database is full', { cause: error }) : error
}

/** better-sqlite3 says SQLITE_FULL itself; Prisma wraps it in a known request error that keeps the driver's words. */
function isFull(error: unknown): boolean {
  return error instanceof Error && (('code' in error && error.code === 'SQLITE_FULL') || /SQLITE_FULL|database or disk is full/.test(`${error.message} ${JSON.stringify(error)}`))
}
