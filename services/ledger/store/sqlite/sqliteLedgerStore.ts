import { faultPoint } from '@brume/config'
import type { SqliteDatabase } from '@brume/prisma'
import type BetterSqlite3 from 'better-sqlite3'
import type { Append, Identity, LedgerStore, LogPosition, NewEntry, SeqCounter, StoredDevice, StoredEntry, TilePlace } from '../ledgerStore.ts'
import { DeviceRows } from './deviceRows.ts'
import { EntryRows } from './entryRows.ts'
import { IdentityRows } from './identityRows.ts'
import { LeafIndex, LeafStatements } from './leafIndex.ts'
import { LogPositions } from './logPositions.ts'

/** Ledgers in SQLite. Everything is synchronous underneath: one process, one connection, whose writes are alone while they run. */
export class SqliteLedgerStore implements LedgerStore {
  private readonly db: BetterSqlite3.Database
  private readonly rows: EntryRows
  private readonly identities: IdentityRows
  private readonly deviceRows: DeviceRows
  private readonly positions: LogPositions
  private readonly leafStatements: LeafStatements
  private readonly leafIndexes = new Map<number, LeafIndex>()
  private readonly insertOutbox
  private lastDeviceNo: number

  constructor(private readonly database: Pick<SqliteDatabase, 'sqlite' | 'exclusive'>) {
    this.db = database.sqlite
    this.rows = new EntryRows(this.db)
    this.identities = new IdentityRows(this.db)
    this.deviceRows = new DeviceRows(this.db)
    this.positions = new LogPositions(this.db)
    this.leafStatements = new LeafStatements(this.db)
    this.insertOutbox = this.db.prepare('INSERT INTO ledger_outbox (topic, key, value, created_at) VALUES (?,?,?,?)')
    this.lastDeviceNo = this.deviceRows.highestNo()
  }

  take(topic: string, partition: number): Promise<LogPosition> {
    return this.database.exclusive(() => this.positions.take(topic, partition))
  }

  async position(topic: string, partition: number): Promise<LogPosition> {
    return this.positions.of(topic, partition)
  }

  moveTo(topic: string, partition: number, epoch: number, next: number): Promise<void> {
    return this.database.exclusive(() => this.positions.moveTo(topic, partition, epoch, next))
  }

  async devices(chainNo: number): Promise<StoredDevice[]> {
    return this.deviceRows.of(chainNo)
  }

  async reserveDeviceNumbers(count: number): Promise<number[]> {
    const first = this.lastDeviceNo + 1
    this.lastDeviceNo += count
    return Array.from({ length: count }, (_, i) => first + i)
  }

  async highestSeqs(counters: readonly SeqCounter[]): Promise<number[]> {
    return counters.map((counter) => this.identities.highestSeq(counter))
  }

  async firstEntries(identities: readonly Identity[]): Promise<(number | undefined)[]> {
    return identities.map((identity) => this.identities.first(identity))
  }

  async edge(chainNo: number): Promise<Uint8Array | undefined> {
    return this.rows.edge(chainNo)
  }

  async entryAt(chainNo: number, index: number): Promise<StoredEntry | undefined> {
    return this.rows.at(chainNo, index)
  }

  async entries(chainNo: number, start: number, end: number): Promise<StoredEntry[]> {
    return this.rows.range(chainNo, start, end)
  }

  async entryOfLeaf(chainNo: number, leafHash: Uint8Array): Promise<StoredEntry | undefined> {
    for (const index of this.leavesOf(chainNo).candidates(leafHash)) {
      const entry = this.rows.at(chainNo, index)
      if (entry?.leafHash.equals(leafHash)) return entry
    }
    return undefined
  }

  async tile(chainNo: number, level: number, index: number): Promise<Uint8Array | undefined> {
    return this.rows.tile(chainNo, level, index)
  }

  async tiles(chainNo: number, wanted: readonly TilePlace[]): Promise<(Uint8Array | undefined)[]> {
    return wanted.map(({ level, index }) => this.rows.tile(chainNo, level, index))
  }

  async acceptedBefore(chainNo: number, start: number, end: number, acceptedBeforeMs: number): Promise<number> {
    return this.rows.acceptedBefore(chainNo, start, end, acceptedBeforeMs)
  }

  append(append: Append): Promise<void> {
    return this.database.exclusive(() => {
      try {
        this.db.transaction(() => this.write(append)).immediate()
      } catch (error) {
        this.forget(append)
        throw error
      }
      faultPoint('sequence.after-commit')
    })
  }

  private write(append: Append): void {
    this.positions.advance(append.topic, append.partition, append.epoch, append.first, append.next)
    this.rows.insert(append.entries)
    this.identities.insert(append.identities)
    for (const device of append.devices) this.deviceRows.put(device)
    for (const tile of append.tiles) this.rows.putTile(tile)
    for (const { chainNo, edge } of append.edges) this.rows.putEdge(chainNo, edge)
    for (const { entry, createdAt } of append.outbox) this.insertOutbox.run(entry.topic, entry.key, entry.value, createdAt.toISOString())
    this.indexLeaves(append)
    faultPoint('sequence.before-commit')
  }

  private indexLeaves({ entries, edges }: Append): void {
    for (const { chainNo, size } of edges) {
      const own = entries.filter((entry) => entry.chainNo === chainNo)
      const leaves = this.leavesBefore(chainNo, own)
      for (const { leafHash, index } of own) leaves.add(leafHash, index)
      leaves.writeSlice(size)
    }
  }

  /** The new entries are in the table already: an index that is loaded now must not take them from there too. */
  private leavesBefore(chainNo: number, newEntries: readonly NewEntry[]): LeafIndex {
    return this.leafIndexes.get(chainNo) ?? this.loadLeaves(chainNo, newEntries[0]?.index)
  }

  private leavesOf(chainNo: number): LeafIndex {
    return this.leafIndexes.get(chainNo) ?? this.loadLeaves(chainNo)
  }

  /** The table, and in memory what was not yet in it. */
  private loadLeaves(chainNo: number, end = Infinity): LeafIndex {
    const leaves = new LeafIndex(this.leafStatements, chainNo)
    for (const { index, leaf_hash } of this.rows.leaves(chainNo, this.leafStatements.indexed(chainNo))) if (index < end) leaves.add(leaf_hash, index)
    this.leafIndexes.set(chainNo, leaves)
    return leaves
  }

  /** Memory has run ahead of the database: it is read again. */
  private forget({ edges }: Append): void {
    this.rows.clear()
    this.identities.clear()
    for (const { chainNo } of edges) this.leafIndexes.delete(chainNo)
  }
}
