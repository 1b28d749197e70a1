import { ENTRIES } from '@brume/event-log'
import type { Database, Transaction, WriteOptions } from '@brume/prisma'
import { EpochLost } from '../store/errors.ts'

/** That this process holds a partition of `entries`, and since which epoch: the right to sequence and to anchor its chains. */
export interface PartitionHold {
  readonly partition: number
  readonly epoch: number
}

/**
 * The database for what only the holder of a partition may write. Every transaction begins with a write to the row that has the epoch, so that it
 * and the next holder's claim come one after the other: whoever lost the partition writes nothing, however late it wakes up.
 */
export function heldDatabase(database: Database, hold: PartitionHold): Database {
  const held = Object.create(database) as Database // everything else is the database's own
  held.write = <T>(work: (tx: Transaction) => Promise<T>, options?: WriteOptions): Promise<T> =>
    database.write(async (tx) => {
      await requireHold(tx, hold)
      return work(tx)
    }, options)
  return held
}

async function requireHold(tx: Transaction, { partition, epoch }: PartitionHold): Promise<void> {
  const { count } = await tx.logOffset.updateMany({ where: { topic: ENTRIES, partition, epoch }, data: { epoch } })
  if (count !== 1) throw new EpochLost(`${ENTRIES}/${partition} is not held under epoch ${epoch} any more`)
}
