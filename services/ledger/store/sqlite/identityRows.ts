import type BetterSqlite3 from 'better-sqlite3'
import type { Identity, NewIdentity, SeqCounter } from '../ledgerStore.ts'
import { RowBatch } from './rowBatch.ts'

/** Identities of readings: (device on a chain, epoch, seq) -> first entry. */
export class IdentityRows {
  private readonly newRows: RowBatch
  private readonly selectFirst
  private readonly selectHighest

  constructor(db: BetterSqlite3.Database) {
    this.newRows = new RowBatch(db, 'ledger_entry_identities (device_no, epoch, seq, "index")', 4)
    this.selectFirst = db.prepare<unknown[], { index: number }>('SELECT "index" FROM ledger_entry_identities WHERE device_no = ? AND epoch = ? AND seq = ?')
    this.selectHighest = db.prepare<unknown[], { seq: number | null }>('SELECT max(seq) AS seq FROM ledger_entry_identities WHERE device_no = ? AND epoch = ?')
  }

  insert(identities: readonly NewIdentity[]): void {
    for (const { deviceNo, epoch, seq, index } of identities) this.newRows.add(deviceNo, epoch, seq, index)
    this.newRows.flush()
  }

  /** Forgets what a failed transaction has collected. */
  clear(): void {
    this.newRows.clear()
  }

  first({ deviceNo, epoch, seq }: Identity): number | undefined {
    return this.selectFirst.get(deviceNo, epoch, seq)?.index
  }

  highestSeq({ deviceNo, epoch }: SeqCounter): number {
    return this.selectHighest.get(deviceNo, epoch)?.seq ?? -1
  }
}
