import type { Database } from '@brume/prisma'

export interface StoredCheckpoint {
  size: number
  root: Uint8Array
  note: string
}

export class CheckpointRepository {
  constructor(private readonly database: Database) {}

  /** The same checkpoint twice is one: signatures are deterministic. */
  async store(chainNo: number, { size, root, note }: StoredCheckpoint, signedAt: Date): Promise<void> {
    const bytes = Buffer.from(root)
    await this.database.write((tx) => tx.checkpoint.upsert({ where: { chainNo_size: { chainNo, size } }, create: { chainNo, size, root: bytes, note, signedAt }, update: {} }))
  }

  async latest(chainNo: number): Promise<StoredCheckpoint | undefined> {
    return (await this.database.prisma.checkpoint.findFirst({ where: { chainNo }, orderBy: { size: 'desc' } })) ?? undefined
  }

  async ofSize(chainNo: number, size: number): Promise<StoredCheckpoint | undefined> {
    return (await this.database.prisma.checkpoint.findFirst({ where: { chainNo, size } })) ?? undefined
  }

  /** Sizes that are anchored, or on their way to be, and have no note here: the database is an older copy. */
  async anchoredWithoutNote(chainNo: number): Promise<number[]> {
    const rows = await this.database.prisma.$queryRaw<{ subject: number | bigint }[]>`
      SELECT subject FROM ledger_transactions AS t WHERE chain_no = ${chainNo} AND purpose = 'anchor' AND state <> 'failed'
      AND NOT EXISTS (SELECT 1 FROM ledger_checkpoints AS c WHERE c.chain_no = t.chain_no AND c.size = t.subject)`
    return rows.map(({ subject }) => Number(subject))
  }
}
