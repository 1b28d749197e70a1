import { Prisma, type Database, type Transaction as DatabaseTransaction } from '@brume/prisma'
import type { SignedTransaction } from './writerWallet.ts'
import { nextTransactionState, type TransactionPurpose, type TransactionState } from './transaction.lifecycle.ts'

export interface StoredTransaction {
  nonce: number
  purpose: TransactionPurpose
  subject: number | null
  raw: Uint8Array
  hash: string
  state: TransactionState
  blockNumber: number | null
  createdAt: Date
}

export interface PlannedTransaction extends SignedTransaction {
  purpose: TransactionPurpose
  subject?: number
}

/** What shows that a transaction is in a block, in the form in which proofs carry it. */
export interface Evidence {
  nonce: number
  hash: string
  succeeded: boolean
  gasUsed: number
  txIndex: number
  /** RLP list of the trie nodes. */
  nodes: Uint8Array
  block: { number: number; hash: string; header: Uint8Array }
}

/** Transactions of a chain's writer: stored before they are broadcast, final with their evidence in one database transaction. */
export class TransactionRepository {
  constructor(private readonly database: Database) {}

  async nextNonce(chainNo: number): Promise<number> {
    const { _max } = await this.database.prisma.transaction.aggregate({ where: { chainNo }, _max: { nonce: true } })
    return (_max.nonce ?? -1) + 1
  }

  async insert(chainNo: number, planned: PlannedTransaction[], createdAt: Date): Promise<void> {
    await this.database.write(async (tx) => {
      await tx.transaction.createMany({
        data: planned.map(({ nonce, purpose, subject, raw, hash }) => ({ chainNo, nonce, purpose, subject: subject ?? null, raw: Buffer.from(raw), hash, state: 'signed', createdAt })),
      })
    })
  }

  async open(chainNo: number, limit: number): Promise<StoredTransaction[]> {
    const rows = await this.database.prisma.transaction.findMany({ where: { chainNo, state: 'signed' }, orderBy: { nonce: 'asc' }, take: limit })
    return rows.map(toStored)
  }

  async countOpen(chainNo: number, purpose: TransactionPurpose): Promise<number> {
    return this.database.prisma.transaction.count({ where: { chainNo, purpose, state: 'signed' } })
  }

  /** Header, trie nodes and the transaction's last state, all or nothing. */
  async finalize(chainNo: number, evidence: Evidence[], finalAt: Date): Promise<void> {
    await this.database.write(async (tx) => {
      await storeHeaders(tx, chainNo, evidence)
      await tx.receiptEvidence.createMany({
        data: evidence.map(({ nonce, block, txIndex, nodes }) => ({ chainNo, nonce, blockNumber: block.number, txIndex, nodes: Buffer.from(nodes) })),
      })
      await markFinal(tx, chainNo, evidence, finalAt)
    })
  }

  /** The largest subject of a purpose that has not failed: anchored size, or index recorded last. */
  async lastSubject(chainNo: number, purpose: TransactionPurpose, states: readonly TransactionState[]): Promise<number | undefined> {
    const row = await this.database.prisma.transaction.findFirst({ where: { chainNo, purpose, state: { in: [...states] } }, orderBy: { subject: 'desc' }, select: { subject: true } })
    return row?.subject ?? undefined
  }

  async lastHeaders(chainNo: number, limit: number): Promise<{ number: number; hash: string }[]> {
    return this.database.prisma.blockHeader.findMany({ where: { chainNo, superseded: false }, orderBy: { number: 'desc' }, take: limit, select: { number: true, hash: true } })
  }

  /** The engine came back without these blocks: what they held is open again and its evidence is gone. */
  async supersedeFrom(chainNo: number, blockNumber: number): Promise<number> {
    return this.database.write(async (tx) => {
      await tx.blockHeader.updateMany({ where: { chainNo, number: { gte: blockNumber } }, data: { superseded: true } })
      await tx.receiptEvidence.deleteMany({ where: { chainNo, blockNumber: { gte: blockNumber } } })
      const { count } = await tx.transaction.updateMany({
        where: { chainNo, blockNumber: { gte: blockNumber }, state: { in: ['final', 'failed'] } },
        data: { state: nextTransactionState('final', 'lost'), finalAt: null, blockNumber: null },
      })
      return count
    })
  }
}

/** One statement for all: a direct chain finalizes hundreds a second. PostgreSQL takes untyped parameters of VALUES for text. */
async function markFinal(tx: DatabaseTransaction, chainNo: number, evidence: Evidence[], finalAt: Date): Promise<void> {
  const rows = evidence.map(({ nonce, succeeded, block, gasUsed }) => {
    const state = nextTransactionState('signed', succeeded ? 'finalized' : 'reverted')
    return Prisma.sql`(CAST(${nonce} AS INTEGER), CAST(${state} AS TEXT), CAST(${block.number} AS INTEGER), CAST(${gasUsed} AS INTEGER))`
  })
  await tx.$executeRaw`
    WITH mined (nonce, state, block_number, gas_used) AS (VALUES ${Prisma.join(rows)})
    UPDATE ledger_transactions SET state = mined.state, block_number = mined.block_number, gas_used = mined.gas_used, final_at = ${finalAt}
    FROM mined WHERE ledger_transactions.chain_no = ${chainNo} AND ledger_transactions.nonce = mined.nonce`
}

async function storeHeaders(tx: DatabaseTransaction, chainNo: number, evidence: Evidence[]): Promise<void> {
  const blocks = new Map(evidence.map(({ block }) => [block.hash, block]))
  for (const { number, hash, header } of blocks.values()) {
    const bytes = Buffer.from(header)
    await tx.blockHeader.upsert({ where: { chainNo_number_hash: { chainNo, number, hash } }, create: { chainNo, number, hash, header: bytes }, update: { superseded: false } })
  }
}

interface TransactionRow {
  nonce: number
  purpose: string
  subject: number | null
  raw: Uint8Array
  hash: string
  state: string
  blockNumber: number | null
  createdAt: Date
}

/** Purpose and state are written by this file alone, from the two unions. */
function toStored(row: TransactionRow): StoredTransaction {
  return { nonce: row.nonce, purpose: row.purpose as TransactionPurpose, subject: row.subject, raw: row.raw, hash: row.hash, state: row.state as TransactionState, blockNumber: row.blockNumber, createdAt: row.createdAt }
}
