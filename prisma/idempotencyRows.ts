import type { IdempotencyRow, IdempotencyRows } from '@brume/http'
import type { PrismaClient } from './generated/sqlite/client.ts'
import type { Database, Transaction } from './database.ts'
import { asPlatform } from './tenantScope.ts'
import { isUniqueViolation } from './uniqueViolation.ts'

type Table = 'authIdempotency' | 'ledgerIdempotency'

/** Each service has a table of its own, of one shape: the statements below are typed on the one and run on either. */
function tableOf(client: PrismaClient | Transaction, table: Table): PrismaClient['authIdempotency'] {
  return client[table] as PrismaClient['authIdempotency']
}

/** The statements that the rules of `Idempotency-Key` ask for. */
export function idempotencyRows(database: Database, table: Table): IdempotencyRows<Transaction> {
  const rows = tableOf(database.prisma, table)
  const write = <T>(work: (own: PrismaClient['authIdempotency']) => Promise<T>): Promise<T> => database.write((tx) => work(tableOf(tx, table)))
  return {
    async insert({ response, ...row }: IdempotencyRow): Promise<boolean> {
      const { count } = await write((own) => own.createMany({ data: [{ ...row, response: toText(response) }] })).catch(ignoreDuplicate)
      return count === 1
    },
    async find(id: string): Promise<IdempotencyRow | undefined> {
      const row = await rows.findUnique({ where: { id } })
      if (!row) return undefined
      return { ...row, leaseUntilMs: Number(row.leaseUntilMs), expiresAtMs: Number(row.expiresAtMs), response: fromText(row.response) }
    },
    async takeOver(row: IdempotencyRow, was: string): Promise<boolean> {
      const { owner, leaseUntilMs, expiresAtMs } = row
      const { count } = await write((own) => own.updateMany({ where: { id: row.id, owner: was, response: null }, data: { owner, leaseUntilMs, expiresAtMs } }))
      return count === 1
    },
    async complete(tx: Transaction, id: string, owner: string, response: NonNullable<IdempotencyRow['response']>): Promise<boolean> {
      const { count } = await tableOf(tx, table).updateMany({ where: { id, owner, response: null }, data: { response: toText(response) } })
      return count === 1
    },
    async release(id: string, owner: string): Promise<void> {
      await write((own) => own.deleteMany({ where: { id, owner, response: null } }))
    },
    /** Of all tenants, whoever asks: one that never comes again would leave its rows for ever. */
    async removeExpired(nowMs: number, limit: number): Promise<void> {
      await asPlatform(async () => {
        const expired = await rows.findMany({ where: { expiresAtMs: { lte: nowMs } }, select: { id: true }, take: limit })
        if (expired.length > 0) await write((own) => own.deleteMany({ where: { id: { in: expired.map(({ id }) => id) }, expiresAtMs: { lte: nowMs } } }))
      })
    },
    async count(tenantId: string, limit: number): Promise<number> {
      return (await rows.findMany({ where: { tenantId }, select: { id: true }, take: limit })).length
    },
  }
}

function toText(response: IdempotencyRow['response']): string | null {
  return response === null ? null : JSON.stringify(response)
}

function fromText(text: string | null): IdempotencyRow['response'] {
  return text === null ? null : JSON.parse(text)
}

/** SQLite's `createMany` has no skipDuplicates. */
function ignoreDuplicate(error: unknown): { count: number } {
  if (isUniqueViolation(error)) return { count: 0 }
  throw error
}
