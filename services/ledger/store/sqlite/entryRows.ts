import type BetterSqlite3 from 'better-sqlite3'
import type { NewEntry, NewTile, StoredEntry } from '../ledgerStore.ts'
import { RowBatch } from './rowBatch.ts'

interface EntryRow {
  index: number
  envelope: Buffer
  leaf_hash: Buffer
  flags: number
  accepted_at_ms: number
}

/** Entries, tiles and edges: prepared once and run by hand, inside a transaction of the caller where they write. */
export class EntryRows {
  private readonly newEntries: RowBatch
  private readonly selectEntry
  private readonly selectRange
  private readonly selectLeaves
  private readonly upsertTile
  private readonly selectTile
  private readonly upsertTree
  private readonly selectTree
  private readonly countLate

  constructor(db: BetterSqlite3.Database) {
    this.newEntries = new RowBatch(db, 'ledger_entries (chain_no, "index", envelope, leaf_hash, flags, accepted_at_ms)', 6)
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

  insert(entries: readonly NewEntry[]): void {
    for (const { chainNo, index, envelope, leafHash, flags, acceptedAtMs } of entries) this.newEntries.add(chainNo, index, envelope, leafHash, flags, acceptedAtMs)
    this.newEntries.flush()
  }

  /** Forgets what a failed transaction has collected. */
  clear(): void {
    this.newEntries.clear()
  }

  at(chainNo: number, index: number): StoredEntry | undefined {
    const row = this.selectEntry.get(chainNo, index)
    return row && toEntry(row)
  }

  range(chainNo: number, start: number, end: number): StoredEntry[] {
    return this.selectRange.all(chainNo, start, end).map(toEntry)
  }

  /** Leaf hashes from `start` on, in order. */
  leaves(chainNo: number, start: number): IterableIterator<{ index: number; leaf_hash: Buffer }> {
    return this.selectLeaves.iterate(chainNo, start)
  }

  putTile({ chainNo, level, index, hashes }: NewTile): void {
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

  acceptedBefore(chainNo: number, start: number, end: number, acceptedBeforeMs: number): number {
    return this.countLate.get(chainNo, start, end, acceptedBeforeMs)?.late ?? 0
  }
}

function toEntry(row: EntryRow): StoredEntry {
  return { index: row.index, envelope: row.envelope, leafHash: row.leaf_hash, flags: row.flags, acceptedAtMs: row.accepted_at_ms }
}
