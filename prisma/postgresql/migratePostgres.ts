import { randomUUID } from 'node:crypto'
import type { ClientBase } from 'pg'
import { pendingMigrations, readMigrations, type AppliedMigration, type Migration } from '../migrations.ts'
import { sqlStateOf } from './failures.ts'

/** The advisory lock that `prisma migrate deploy` takes, so that it and we never migrate at once. */
const MIGRATION_LOCK = 72707369

/**
 * Applies the checked-in migrations as `prisma migrate deploy` does (same lock, same table, same checksums), each in a transaction of its own.
 * @returns the names of the migrations applied now; undefined when another process is at it
 */
export async function migratePostgres(client: ClientBase, directory: string): Promise<string[] | undefined> {
  const { rows } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [MIGRATION_LOCK])
  if (rows[0]?.taken !== true) return undefined
  try {
    await client.query(MIGRATIONS_TABLE)
    const pending = pendingMigrations(readMigrations(directory), await readApplied(client))
    for (const migration of pending) await apply(client, migration)
    return pending.map(({ name }) => name)
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK])
  }
}

/** The first migration that the database lacks; undefined when it is at this program's version. @throws MigrationRefused */
export async function firstMissing(client: ClientBase, directory: string): Promise<string | undefined> {
  const applied = await readApplied(client).catch((error: unknown) => {
    // No such table, or not ours to read: the schema is still to be made.
    if (['42P01', '42501'].includes(sqlStateOf(error) ?? '')) return []
    throw error
  })
  return pendingMigrations(readMigrations(directory), applied)[0]?.name
}

const MIGRATIONS_TABLE = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  "id" VARCHAR(36) PRIMARY KEY NOT NULL, "checksum" VARCHAR(64) NOT NULL, "finished_at" TIMESTAMPTZ, "migration_name" VARCHAR(255) NOT NULL, "logs" TEXT,
  "rolled_back_at" TIMESTAMPTZ, "started_at" TIMESTAMPTZ NOT NULL DEFAULT now(), "applied_steps_count" INTEGER NOT NULL DEFAULT 0)`

async function readApplied(client: ClientBase): Promise<AppliedMigration[]> {
  const { rows } = await client.query<AppliedMigration>('SELECT migration_name, checksum, finished_at, rolled_back_at FROM "_prisma_migrations"')
  return rows
}

async function apply(client: ClientBase, { name, sql, checksum }: Migration): Promise<void> {
  const row = 'INSERT INTO "_prisma_migrations" (id, checksum, migration_name, finished_at, applied_steps_count) VALUES ($1, $2, $3, now(), 1)'
  await client.query('BEGIN')
  try {
    await client.query(sql)
    await client.query(row, [randomUUID(), checksum, name])
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK')
    throw error
  }
}
