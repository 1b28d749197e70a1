import type { PrismaClient } from './generated/sqlite/client.ts'
import type { Database, Transaction } from './database.ts'

type Table = 'authOutbox' | 'ingestOutbox' | 'ledgerOutbox'

export interface OutboxEvent {
  topic: string
  key: string
  /** JSON text of the event. */
  value: string
}

/** Each service has an outbox of its own, of one shape. */
function tableOf(client: PrismaClient | Transaction, table: Table): PrismaClient['authOutbox'] {
  return client[table] as PrismaClient['authOutbox']
}

/** What others must see, written in the transaction that does the work and published in order afterwards. */
export function outboxRows(database: Database, table: Table) {
  const rows = tableOf(database.prisma, table)
  return {
    async add(tx: Transaction, event: OutboxEvent, createdAt: Date): Promise<void> {
      await tableOf(tx, table).create({ data: { ...event, createdAt } })
    },
    next(limit: number): Promise<(OutboxEvent & { id: number })[]> {
      return rows.findMany({ orderBy: { id: 'asc' }, take: limit, select: { id: true, topic: true, key: true, value: true } })
    },
    /** Published is done with: the log keeps it from here. */
    async markPublished(upTo: number): Promise<void> {
      await database.write((tx) => tableOf(tx, table).deleteMany({ where: { id: { lte: upTo } } }))
    },
  }
}
