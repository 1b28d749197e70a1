import type BetterSqlite3 from 'better-sqlite3'
import { RowBatch } from './rowBatch.ts'

export interface StoredEntry {
  index: number
  envelope: Buffer
  leafHash: Buffer
  flags: number
  acceptedAtMs: number
}

interface EntryRow {
  index: number
  envelope: Buffer
  leaf_hash: Buffer
  flags: number
  accepted_at_ms: number
}

/**
 * The statements of the append path on SQLite. Prepared once and run by hand: through the ORM a row costs ten times as much, and this
 * is the one place where that is most of the work. Every write happens inside one transaction of the caller.
 */
export class EntryStatements {
  private readonly newEntries: RowBatch
  private readonly insertIdentityRow
  private readonly selectIdentity
  private readonly selectEntry
  private readonly selectRange
  private readonly selectLeaves
  private readonly upsertTile
  private readonly selectTile
  private readonly upsertTree
  private readonly selectTree
  private readonly countLate

  constructor(readonly db: BetterSqlite3.Database) {
    this.newEntries = new RowBatch(db, 'ledger_entries (chain_no, "index", envelope, leaf_hash, flags, accepted_at_ms)', 6)
    this.insertIdentityRow = db.prepare('INSERT OR IGNORE INTO ledger_entry_identities (device_no, epoch, seq, "index") VALUES (?,?,?,?)')
    this.selectIdentity = db.prepare<unknown[], { index: number }>('SELECT "index" FROM ledger_entry_identities WHERE device_no = ? AND epoch = ? AND seq = ?')
    const columns = 'SELECT "index", envelope, leaf_hash, flags, accepted_at_ms FROM ledger_entries'
    this.selectEntry = db.prepare<unknown[], EntryRow>(`${columns} WHERE chain_no = ? AND "index" = ?`)
    this.selectRange = db.prepare<unknown[], EntryRow>(`${columns} WHERE chain_no = ? AND "index" >= ? AND "index" < ? ORDER BY "index"`)
    this.selectLeaves = db.prepare<unknown[], { index: number; leaf_hash: Buffer }>('SELECT "index", leaf_hash FROM ledger_entries WHERE chain_no = ? AND "index" >= ? ORDER BY "index"')
    this.upsertTile = db.prepare('INSERT INTO ledger_tiles (chain_no, level, "index", hashes) VALUES (?,?,?,?) ON CONFLICT DO UPDATE SET hashes = excluded.hashes')
    this.selectTile = db.prepare<unknown[], { hashes: Buffer }>('SELECT hashes FROM ledger_tiles WHERE chain_no = ? AND level = ? AND "index" = ?')
    this.upsertTree = db.prepare('INSERT INTO ledger_trees (chain_no, edge) VALUES (?,?) ON CONFLICT DO UPDATE SET edge = excluded.edge')
    this.selectTree = db.prepare<unknown[], { edge: Buffer }>('SELECT edge FROM ledger_trees WHERE chain_no = ?')
    this.countLate = db.prepare<unknown[], { late: number }>('SELECT count(*) AS late FROM ledger_entries WHERE chain_no = ? AND "index" >= ? AND "index" < ? AND accepted_at_ms < ?')
  }

  insertEntry(chainNo: number, index: number, envelope: Uint8Array, leafHash: Uint8Array, flags: number, acceptedAtMs: number): void {
    this.newEntries.add(chainNo, index, envelope, leafHash, flags, acceptedAtMs)
  }

  /** Writes what `insertEntry` has collected; before the transaction commits. */
  flush(): void {
    this.newEntries.flush()
  }

  /** Forgets what a failed transaction has collected. */
  clear(): void {
    this.newEntries.clear()
  }

  /** @returns false when this identity already has an entry. */
  claimIdentity(deviceNo: number, epoch: number, seq: number, index: number): boolean {
    return this.insertIdentityRow.run(deviceNo, epoch, seq, index).changes === 1
  }

  identityIndex(deviceNo: number, epoch: number, seq: number): number | undefined {
    return this.selectIdentity.get(deviceNo, epoch, seq)?.index
  }

  entryAt(chainNo: number, index: number): StoredEntry | undefined {
    this.newEntries.flush()
    const row = this.selectEntry.get(chainNo, index)
    return row && toEntry(row)
  }

  /** Entries from `start` (included) to `end` (not included), in order. */
  entries(chainNo: number, start: number, end: number): StoredEntry[] {
    return this.selectRange.all(chainNo, start, end).map(toEntry)
  }

  /** Leaf hashes from `start` on, in order. */
  leaves(chainNo: number, start: number): IterableIterator<{ index: number; leaf_hash: Buffer }> {
    return this.selectLeaves.iterate(chainNo, start)
  }

  putTile(chainNo: number, level: number, index: number, hashes: Uint8Array): void {
    this.upsertTile.run(chainNo, level, index, hashes)
  }

  tile(chainNo: number, level: number, index: number): Buffer | undefined {
    return this.selectTile.get(chainNo, level, index)?.hashes
  }

  putEdge(chainNo: number, edge: Uint8Array): void {
    this.upsertTree.run(chainNo, edge)
  }

  edge(chainNo: number): Buffer | undefined {
    return this.selectTree.get(chainNo)?.edge
  }

  /** How many entries of [start, end) were accepted before `acceptedBeforeMs`. */
  acceptedBefore(chainNo: number, start: number, end: number, acceptedBeforeMs: number): number {
    return this.countLate.get(chainNo, start, end, acceptedBeforeMs)?.late ?? 0
  }
}

function toEntry(row: EntryRow): StoredEntry {
  return { index: row.index, envelope: row.envelope, leafHash: row.leaf_hash, flags: row.flags, acceptedAtMs: row.accepted_at_ms }
}
