import type { PoolClient } from 'pg'
import type { PrismaClient } from './generated/sqlite/client.ts'
import type { Database, PostgresDatabase, SqliteDatabase, Transaction } from './database.ts'

export interface OutboxEvent {
  topic: string
  key: string
  /** JSON text of the event. */
  value: string
}

type Row = OutboxEvent & { id: number }
/** Resolves once the log has the rows. `stillAlone` rejects when another process may publish by now: ask before each append. */
type Publish = (rows: Row[], stillAlone: () => Promise<void>) => Promise<void>

const tables = { authOutbox: 'auth_outbox', ingestOutbox: 'ingest_outbox', ledgerOutbox: 'ledger_outbox' } as const
type Table = keyof typeof tables

/** Each service has an outbox of its own, of one shape. */
function tableOf(client: PrismaClient | Transaction, table: Table): PrismaClient['authOutbox'] {
  return client[table] as PrismaClient['authOutbox']
}

/** What others must see, written in the transaction that does the work and published in order afterwards. */
export function outboxRows(database: Database, table: Table) {
  return {
    async add(tx: Transaction, event: OutboxEvent, createdAt: Date): Promise<void> {
      // No row is asked back: a role that may only add could not read it.
      await tableOf(tx, table).createMany({ data: [{ ...event, createdAt }] })
    },
    /**
     * Hands the oldest rows to `publish` and forgets just these once it resolves: rows with lower ids may be committed later.
     * @returns how many there were; undefined when another process is publishing
     */
    publishNext(limit: number, publish: Publish): Promise<number | undefined> {
      return database.kind === 'sqlite' ? publishInProcess(database, table, limit, publish) : publishLocked(database, tables[table], limit, publish)
    },
  }
}

/** One process is all there is, and it has one publisher. */
async function publishInProcess(database: SqliteDatabase, table: Table, limit: number, publish: Publish): Promise<number> {
  const rows = await tableOf(database.prisma, table).findMany({ orderBy: { id: 'asc' }, take: limit, select: { id: true, topic: true, key: true, value: true } })
  if (rows.length === 0) return 0
  await publish(rows, () => Promise.resolve())
  await database.write((tx) => tableOf(tx, table).deleteMany({ where: { id: { in: rows.map(({ id }) => id) } } }))
  return rows.length
}

/**
 * Of all replicas the one that holds the advisory lock reads, publishes and deletes, in one transaction. A replica that stands still loses its session
 * (idle_in_transaction_session_timeout) and with it the lock, and `stillAlone` says so before the next append. What remains: an append that had already
 * left, or that leaves between the answer and a stop of the process, may reach the log after a newer value of its key.
 */
function publishLocked(database: PostgresDatabase, table: (typeof tables)[Table], limit: number, publish: Publish): Promise<number | undefined> {
  return database.transaction(async (client) => {
    const { rows: [lock] } = await client.query<{ held: boolean }>('SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS held', [`publisher of ${table}`])
    if (lock?.held !== true) return undefined
    const { rows } = await client.query<Row>(`SELECT id, topic, key, value FROM ${table} ORDER BY id LIMIT $1`, [limit])
    if (rows.length === 0) return 0
    await publish(rows, () => holdsLock(client))
    await client.query(`DELETE FROM ${table} WHERE id = ANY($1)`, [rows.map(({ id }) => id)])
    return rows.length
  })
}

/** A session that is alive has kept its transaction, and its transaction the lock. */
async function holdsLock(client: PoolClient): Promise<void> {
  await client.query('SELECT 1')
}
