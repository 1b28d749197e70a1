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
    return (await this.database.prisma.checkpoint.findUnique({ where: { chainNo_size: { chainNo, size } } })) ?? undefined
  }
}
