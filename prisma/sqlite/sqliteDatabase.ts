import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3'
import BetterSqlite3 from 'better-sqlite3'
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseFull, type SqliteDatabase, type Transaction } from '../database.ts'
import { PrismaClient } from '../generated/sqlite/client.ts'
import { migrationsOf } from '../migrations.ts'
import { migrateSqlite } from './migrateSqlite.ts'
import { WriteLock } from './writeLock.ts'

export interface SqliteOptions {
  /** Test only: PRAGMA max_page_count, which makes "disk full" real. */
  maxPages?: number
}

const BUSY_TIMEOUT_MS = 5_000
/** SQLite's page cache of the append path, which writes at the end of its tables and in sorted runs. */
const CACHE_KIB = 4_096

/**
 * Opens (and migrates) SQLite in WAL mode. `synchronous=FULL` is set on every connection: better-sqlite3 is compiled with NORMAL for WAL, which does
 * not fsync commits.
 */
export async function openSqliteDatabase(path: string, options: SqliteOptions = {}): Promise<SqliteDatabase> {
  mkdirSync(dirname(path), { recursive: true })
  const sqlite = openSqlite(path, options)
  migrateSqlite(sqlite, migrationsOf('sqlite'))
  const prisma = await connectPrisma(path, options)
  return new SqliteFile(prisma, sqlite)
}

function openSqlite(path: string, options: SqliteOptions): BetterSqlite3.Database {
  const sqlite = new BetterSqlite3(path, { timeout: BUSY_TIMEOUT_MS })
  sqlite.pragma('journal_mode = WAL')
  for (const pragma of pragmas(options)) sqlite.pragma(pragma)
  sqlite.pragma(`cache_size = -${CACHE_KIB}`)
  return sqlite
}

function pragmas(options: SqliteOptions): string[] {
  return ['synchronous = FULL', ...(options.maxPages === undefined ? [] : [`max_page_count = ${options.maxPages}`])]
}

async function connectPrisma(path: string, options: SqliteOptions): Promise<PrismaClient> {
  const prisma = new PrismaClient({ adapter: new FsyncingSqlite({ url: `file:${path}`, timeout: BUSY_TIMEOUT_MS }, options) })
  await prisma.$connect()
  return prisma
}

class FsyncingSqlite extends PrismaBetterSqlite3 {
  constructor(config: ConstructorParameters<typeof PrismaBetterSqlite3>[0], private readonly limits: SqliteOptions) {
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

class SqliteFile implements SqliteDatabase {
  readonly kind = 'sqlite'
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

  /** A fog node's database is read by its own process alone; every query names its tenant. */
  forTenant(): SqliteDatabase {
    return this
  }

  forPlatform(): SqliteDatabase {
    return this
  }

  async check(): Promise<void> {
    this.sqlite.prepare('SELECT 1').get()
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
