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

/** Bytes of a leaf hash that the index keeps; six fit a JavaScript number. */
const PREFIX_BYTES = 6

/**
 * The statements of the append path on SQLite. Prepared once and run by hand: through the ORM a row costs ten times as much, and this
 * is the one place where that is most of the work. Every write happens inside one transaction of the caller.
 */
export class EntryStatements {
  private readonly newEntries: RowBatch
  private readonly newLeaves: RowBatch
  private readonly insertIdentityRow
  private readonly selectIdentity
  private readonly selectEntry
  private readonly selectRange
  private readonly selectLeafCandidates
  private readonly upsertTile
  private readonly selectTile
  private readonly upsertTree
  private readonly selectTree
  private readonly countLate

  constructor(readonly db: BetterSqlite3.Database) {
    this.newEntries = new RowBatch(db, 'ledger_entries (chain_no, "index", envelope, leaf_hash, flags, accepted_at_ms)', 6)
    this.newLeaves = new RowBatch(db, 'ledger_leaf_index (chain_no, prefix, "index")', 3)
    this.insertIdentityRow = db.prepare('INSERT OR IGNORE INTO ledger_entry_identities (device_no, epoch, seq, "index") VALUES (?,?,?,?)')
    this.selectIdentity = db.prepare<unknown[], { index: number }>('SELECT "index" FROM ledger_entry_identities WHERE device_no = ? AND epoch = ? AND seq = ?')
    const columns = 'SELECT "index", envelope, leaf_hash, flags, accepted_at_ms FROM ledger_entries'
    this.selectEntry = db.prepare<unknown[], EntryRow>(`${columns} WHERE chain_no = ? AND "index" = ?`)
    this.selectRange = db.prepare<unknown[], EntryRow>(`${columns} WHERE chain_no = ? AND "index" >= ? AND "index" < ? ORDER BY "index"`)
    this.selectLeafCandidates = db.prepare<unknown[], { index: number }>('SELECT "index" FROM ledger_leaf_index WHERE chain_no = ? AND prefix = ? ORDER BY "index"')
    this.upsertTile = db.prepare('INSERT INTO ledger_tiles (chain_no, level, "index", hashes) VALUES (?,?,?,?) ON CONFLICT DO UPDATE SET hashes = excluded.hashes')
    this.selectTile = db.prepare<unknown[], { hashes: Buffer }>('SELECT hashes FROM ledger_tiles WHERE chain_no = ? AND level = ? AND "index" = ?')
    this.upsertTree = db.prepare('INSERT INTO ledger_trees (chain_no, edge) VALUES (?,?) ON CONFLICT DO UPDATE SET edge = excluded.edge')
    this.selectTree = db.prepare<unknown[], { edge: Buffer }>('SELECT edge FROM ledger_trees WHERE chain_no = ?')
    this.countLate = db.prepare<unknown[], { late: number }>('SELECT count(*) AS late FROM ledger_entries WHERE chain_no = ? AND "index" >= ? AND "index" < ? AND accepted_at_ms < ?')
  }

  insertEntry(chainNo: number, index: number, envelope: Uint8Array, leafHash: Uint8Array, flags: number, acceptedAtMs: number): void {
    this.newEntries.add(chainNo, index, envelope, leafHash, flags, acceptedAtMs)
    this.newLeaves.add(chainNo, prefixOf(leafHash), index)
  }

  /** Writes what `insertEntry` has collected; before the transaction commits. */
  flush(): void {
    this.newEntries.flush()
    this.newLeaves.flush()
  }

  /** Forgets what a failed transaction has collected. */
  clear(): void {
    this.newEntries.clear()
    this.newLeaves.clear()
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

  /** The first entry with this leaf hash. */
  entryOfLeaf(chainNo: number, leafHash: Uint8Array): StoredEntry | undefined {
    this.newLeaves.flush()
    for (const { index } of this.selectLeafCandidates.all(chainNo, prefixOf(leafHash))) {
      const entry = this.entryAt(chainNo, index)
      if (entry?.leafHash.equals(leafHash)) return entry
    }
    return undefined
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

function prefixOf(leafHash: Uint8Array): number {
  let prefix = 0
  for (let i = 0; i < PREFIX_BYTES; i++) prefix = prefix * 256 + (leafHash[i] ?? 0)
  return prefix
}

function toEntry(row: EntryRow): StoredEntry {
  return { index: row.index, envelope: row.envelope, leafHash: row.leaf_hash, flags: row.flags, acceptedAtMs: row.accepted_at_ms }
}
