import type { OutboxEntry } from '@brume/event-log'
import type { DeviceStanding } from '@brume/proof'

/**
 * Where ledgers are kept: the port of the append path, with one adapter for each database. It does not go through the ORM, where a row costs ten
 * times as much; everything else of the service does.
 */
export interface LedgerStore extends LedgerReader {
  /** Takes a partition of the log under a new epoch, from which on no older epoch can write. */
  take(topic: string, partition: number): Promise<LogPosition>
  position(topic: string, partition: number): Promise<LogPosition>
  /** For a consumer whose work is idempotent: it has worked off everything before `next`. @throws EpochLost */
  moveTo(topic: string, partition: number, epoch: number, next: number): Promise<void>

  devices(chainNo: number): Promise<StoredDevice[]>
  /** Numbers for devices that the next `append` makes known; never given out twice. */
  reserveDeviceNumbers(count: number): Promise<number[]>
  /** Highest sequence number that has an entry, for each counter; -1 where there is none. */
  highestSeqs(counters: readonly SeqCounter[]): Promise<number[]>
  /** Index of the first entry of each identity, where there is one. */
  firstEntries(identities: readonly Identity[]): Promise<(number | undefined)[]>

  /**
   * All of it or nothing, in one transaction that begins with the guarded move of the log's position.
   * @throws EpochLost, LogGap: nothing was kept. AppendedAlready, and after anything else (a connection that was lost may have lost only the answer): ask
   * `position` again, and trim.
   */
  append(append: Append): Promise<void>
}

/** What a ledger has stored. A request reads it within its tenant's scope, the append path without. */
export interface LedgerReader {
  /** The tree's right edge (TreeEdge.toBytes), as the last transaction left it; undefined for an empty tree. */
  edge(chainNo: number): Promise<Uint8Array | undefined>
  entryAt(chainNo: number, index: number): Promise<StoredEntry | undefined>
  /** Entries from `start` (included) to `end` (not included), in order. */
  entries(chainNo: number, start: number, end: number): Promise<StoredEntry[]>
  /** The first entry with this leaf hash. */
  entryOfLeaf(chainNo: number, leafHash: Uint8Array): Promise<StoredEntry | undefined>
  /** As wide as it is stored: a partial tile is a prefix of it. */
  tile(chainNo: number, level: number, index: number): Promise<Uint8Array | undefined>
  /** Several at once, in the order in which they were asked for. */
  tiles(chainNo: number, wanted: readonly TilePlace[]): Promise<(Uint8Array | undefined)[]>
  /** How many entries of [start, end) were accepted before `acceptedBeforeMs`. */
  acceptedBefore(chainNo: number, start: number, end: number, acceptedBeforeMs: number): Promise<number>
}

export interface StoredEntry {
  readonly index: number
  readonly envelope: Buffer
  readonly leafHash: Buffer
  readonly flags: number
  /** Append time of the log, ms. */
  readonly acceptedAtMs: number
}

export interface TilePlace {
  readonly level: number
  readonly index: number
}

export interface LogPosition {
  /** Offset of the next record to take. */
  readonly next: number
  readonly epoch: number
}

export interface StoredDevice {
  readonly no: number
  readonly deviceId: string
  readonly standing: DeviceStanding
}

/** Sequence numbers are counted per device, chain and epoch; ChainDevice.no stands for device and chain. */
export interface SeqCounter {
  readonly deviceNo: number
  readonly epoch: number
}

export interface Identity extends SeqCounter {
  readonly seq: number
}

/** What one batch of records makes of the ledgers of one partition. */
export interface Append {
  readonly topic: string
  readonly partition: number
  readonly epoch: number
  /** Offset of the first record of the batch, and after the last one. */
  readonly first: number
  readonly next: number
  readonly entries: NewEntry[]
  readonly identities: NewIdentity[]
  /** The last state of each tile, once. */
  readonly tiles: NewTile[]
  readonly edges: { readonly chainNo: number; readonly size: number; readonly edge: Uint8Array }[]
  /** Devices whose standing has changed, with all their keys: each once, in its last state. */
  readonly devices: { readonly chainNo: number; readonly no: number; readonly deviceId: string; readonly standing: DeviceStanding }[]
  readonly outbox: { readonly entry: OutboxEntry; readonly createdAt: Date }[]
}

export interface NewEntry {
  readonly chainNo: number
  readonly index: number
  readonly envelope: Uint8Array
  readonly leafHash: Uint8Array
  readonly flags: number
  readonly acceptedAtMs: number
}

export interface NewIdentity extends Identity {
  readonly index: number
}

export interface NewTile {
  readonly chainNo: number
  readonly level: number
  readonly index: number
  readonly hashes: Uint8Array
}
