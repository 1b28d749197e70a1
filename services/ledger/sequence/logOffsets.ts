import { PartitionHalted } from '@brume/event-log'
import type BetterSqlite3 from 'better-sqlite3'

/** Another process has taken the partition since: this one must not write any more. */
export class EpochLost extends PartitionHalted {
  override name = 'EpochLost'
  override readonly code = 'EPOCH_LOST'
}

/** Records are missing between what the ledger has and what the log hands out: an alert, never a silent skip. */
export class LogGap extends PartitionHalted {
  override name = 'LogGap'
  override readonly code = 'LOG_GAP'
}

interface OffsetRow {
  next: number
  epoch: number
}

/**
 * Where the ledger stands in each partition of the log. Offset and entries change in one transaction, under the epoch that the
 * database holds: whoever lost the partition changes no row, however late it wakes up.
 */
export class LogOffsets {
  private readonly insert
  private readonly raise
  private readonly select
  private readonly move
  private readonly put

  constructor(db: BetterSqlite3.Database) {
    this.insert = db.prepare('INSERT OR IGNORE INTO ledger_log_offsets (topic, partition, next, epoch) VALUES (?,?,0,0)')
    this.raise = db.prepare('UPDATE ledger_log_offsets SET epoch = epoch + 1 WHERE topic = ? AND partition = ?')
    this.select = db.prepare<unknown[], OffsetRow>('SELECT next, epoch FROM ledger_log_offsets WHERE topic = ? AND partition = ?')
    this.move = db.prepare('UPDATE ledger_log_offsets SET next = ? WHERE topic = ? AND partition = ? AND epoch = ? AND next = ?')
    this.put = db.prepare('UPDATE ledger_log_offsets SET next = ? WHERE topic = ? AND partition = ? AND epoch = ?')
  }

  /** Takes the partition under a new epoch, from which on older epochs cannot write. */
  take(topic: string, partition: number): OffsetRow {
    this.insert.run(topic, partition)
    this.raise.run(topic, partition)
    return this.of(topic, partition)
  }

  of(topic: string, partition: number): OffsetRow {
    return this.select.get(topic, partition) ?? { next: 0, epoch: 0 }
  }

  /** The guarded update: exactly one row moves from `first` to `next` under `epoch`, or it throws why not. */
  advance(topic: string, partition: number, epoch: number, first: number, next: number): void {
    if (this.move.run(next, topic, partition, epoch, first).changes === 1) return
    const row = this.of(topic, partition)
    if (row.epoch !== epoch) throw new EpochLost(`${topic}/${partition} was taken under epoch ${row.epoch}, this process holds ${epoch}`)
    throw new LogGap(`${topic}/${partition}: the ledger waits for offset ${row.next}, the log hands out ${first}`)
  }

  /** For a consumer whose work is idempotent: it has worked off everything before `next`. */
  moveTo(topic: string, partition: number, epoch: number, next: number): void {
    if (this.put.run(next, topic, partition, epoch).changes !== 1) throw new EpochLost(`${topic}/${partition} is not held under epoch ${epoch} any more`)
  }
}
