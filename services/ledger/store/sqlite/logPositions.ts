import type BetterSqlite3 from 'better-sqlite3'
import { whyNotMoved } from '../errors.ts'
import type { LogPosition } from '../ledgerStore.ts'

/**
 * Where the ledger stands in each partition of the log. Position and entries change in one transaction, under the epoch that the
 * database holds: whoever lost the partition changes no row, however late it wakes up.
 */
export class LogPositions {
  private readonly insert
  private readonly raise
  private readonly select
  private readonly move
  private readonly put

  constructor(db: BetterSqlite3.Database) {
    this.insert = db.prepare('INSERT OR IGNORE INTO ledger_log_offsets (topic, partition, next, epoch) VALUES (?,?,0,0)')
    this.raise = db.prepare('UPDATE ledger_log_offsets SET epoch = epoch + 1 WHERE topic = ? AND partition = ?')
    this.select = db.prepare<unknown[], LogPosition>('SELECT next, epoch FROM ledger_log_offsets WHERE topic = ? AND partition = ?')
    this.move = db.prepare('UPDATE ledger_log_offsets SET next = ? WHERE topic = ? AND partition = ? AND epoch = ? AND next = ?')
    this.put = db.prepare('UPDATE ledger_log_offsets SET next = ? WHERE topic = ? AND partition = ? AND epoch = ?')
  }

  take(topic: string, partition: number): LogPosition {
    this.insert.run(topic, partition)
    this.raise.run(topic, partition)
    return this.of(topic, partition)
  }

  of(topic: string, partition: number): LogPosition {
    return this.select.get(topic, partition) ?? { next: 0, epoch: 0 }
  }

  /** The guarded update: exactly one row moves from `first` to `next` under `epoch`, or it throws why not. */
  advance(topic: string, partition: number, epoch: number, first: number, next: number): void {
    if (this.move.run(next, topic, partition, epoch, first).changes !== 1) throw whyNotMoved(topic, partition, { epoch, first }, this.of(topic, partition))
  }

  moveTo(topic: string, partition: number, epoch: number, next: number): void {
    if (this.put.run(next, topic, partition, epoch).changes !== 1) throw whyNotMoved(topic, partition, { epoch, first: next }, this.of(topic, partition))
  }
}
