import { createHash, randomUUID } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type BetterSqlite3 from 'better-sqlite3'

/** A row of `_prisma_migrations`, the table by which `prisma migrate status` judges a database. */
interface AppliedMigration {
  migration_name: string
  checksum: string
  finished_at: unknown
  rolled_back_at: unknown
}

interface Migration {
  name: string
  sql: string
  checksum: string
}

export class MigrationRefused extends Error {
  override name = 'MigrationRefused'
}

/**
 * Applies the checked-in migrations as `prisma migrate deploy` does (same table, same checksums), without the engine binary
 * that it would download. The write lock is taken first, so of several processes that start at once one migrates.
 * @returns the names of the migrations applied now
 */
export function migrateSqlite(db: BetterSqlite3.Database, directory: string): string[] {
  return db.transaction(() => {
    db.exec(MIGRATIONS_TABLE)
    const pending = pendingMigrations(readMigrations(directory), readApplied(db))
    for (const migration of pending) apply(db, migration)
    return pending.map((migration) => migration.name)
  }).immediate()
}

const MIGRATIONS_TABLE = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  "id" TEXT PRIMARY KEY NOT NULL, "checksum" TEXT NOT NULL, "finished_at" DATETIME, "migration_name" TEXT NOT NULL, "logs" TEXT,
  "rolled_back_at" DATETIME, "started_at" DATETIME NOT NULL DEFAULT current_timestamp, "applied_steps_count" INTEGER UNSIGNED NOT NULL DEFAULT 0)`

function readMigrations(directory: string): Migration[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(directory, entry.name, 'migration.sql')))
    .map((entry) => entry.name)
    .sort()
    .map((name) => {
      const sql = readFileSync(join(directory, name, 'migration.sql'), 'utf8')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    })
}

function readApplied(db: BetterSqlite3.Database): AppliedMigration[] {
  return db.prepare<[], AppliedMigration>('SELECT migration_name, checksum, finished_at, rolled_back_at FROM "_prisma_migrations"').all()
}

function pendingMigrations(onDisk: Migration[], rows: AppliedMigration[]): Migration[] {
  const applied = new Map<string, string>()
  for (const row of rows) {
    if (row.rolled_back_at != null) continue
    if (row.finished_at == null) throw new MigrationRefused(`migration ${row.migration_name} started and did not finish: repair the database, then mark it rolled back or applied (Prisma P3009)`)
    applied.set(row.migration_name, row.checksum)
  }
  const known = new Map(onDisk.map((migration) => [migration.name, migration.checksum]))
  for (const [name, checksum] of applied) {
    if (!known.has(name)) throw new MigrationRefused(`the database has migration ${name}, which this version does not know: it was written by a newer one`)
    if (known.get(name) !== checksum) throw new MigrationRefused(`migration ${name} was edited after it was applied`)
  }
  return onDisk.filter((migration) => !applied.has(migration.name))
}

function apply(db: BetterSqlite3.Database, migration: Migration): void {
  db.exec(migration.sql)
  db.prepare('INSERT INTO "_prisma_migrations" (id, checksum, migration_name, started_at, finished_at, applied_steps_count) VALUES (?,?,?,?,?,1)')
    .run(randomUUID(), migration.checksum, migration.name, Date.now(), Date.now())
}
