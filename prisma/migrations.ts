import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { OperatorError } from '@brume/config'

/** A row of `_prisma_migrations`, the table by which `prisma migrate status` judges a database. */
export interface AppliedMigration {
  migration_name: string
  checksum: string
  finished_at: unknown
  rolled_back_at: unknown
}

export interface Migration {
  name: string
  sql: string
  checksum: string
}

/** The database is at another version of the schema than this program. */
export class MigrationRefused extends OperatorError {
  override name = 'MigrationRefused'
}

/** Folder of the checked-in migrations; from `dist/` it lies one folder further up. */
export function migrationsOf(database: 'sqlite' | 'postgresql'): string {
  const above = import.meta.url.endsWith('.ts') ? '.' : '..'
  return fileURLToPath(new URL(`${above}/${database}/migrations`, import.meta.url))
}

export function readMigrations(directory: string): Migration[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(directory, entry.name, 'migration.sql')))
    .map((entry) => entry.name)
    .sort()
    .map((name) => {
      const sql = readFileSync(join(directory, name, 'migration.sql'), 'utf8')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    })
}

/** What the database lacks. @throws MigrationRefused when it is newer than this program, was altered, or was left half migrated */
export function pendingMigrations(onDisk: Migration[], rows: AppliedMigration[]): Migration[] {
  const applied = new Map<string, string>()
  for (const row of rows) {
    if (row.rolled_back_at != null) continue
    if (row.finished_at == null) throw new MigrationRefused(`migration ${row.migration_name} started and did not finish: repair the database, then mark it rolled back or applied (Prisma P3009)`)
    applied.set(row.migration_name, row.checksum)
  }
  const known = new Map(onDisk.map((migration) => [migration.name, migration.checksum]))
  for (const [name, checksum] of applied) {
    if (!known.has(name)) throw new MigrationRefused(`the database has migration ${name}, which this version of Brume does not know: start the version that wrote it, or a newer one`)
    if (known.get(name) !== checksum) throw new MigrationRefused(`migration ${name} was edited after it was applied: restore prisma/*/migrations as they were released`)
  }
  return onDisk.filter((migration) => !applied.has(migration.name))
}
