import { randomUUID } from 'node:crypto'
import type BetterSqlite3 from 'better-sqlite3'
import { pendingMigrations, readMigrations, type AppliedMigration, type Migration } from '../migrations.ts'

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

function readApplied(db: BetterSqlite3.Database): AppliedMigration[] {
  return db.prepare<[], AppliedMigration>('SELECT migration_name, checksum, finished_at, rolled_back_at FROM "_prisma_migrations"').all()
}

function apply(db: BetterSqlite3.Database, migration: Migration): void {
  db.exec(migration.sql)
  db.prepare('INSERT INTO "_prisma_migrations" (id, checksum, migration_name, started_at, finished_at, applied_steps_count) VALUES (?,?,?,?,?,1)')
    .run(randomUUID(), migration.checksum, migration.name, Date.now(), Date.now())
}
