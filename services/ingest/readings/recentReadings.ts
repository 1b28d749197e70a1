import { HASH_BYTES } from '../verify/verifyFormat.ts'

/** What a reading is, whatever its signature: (chain, device, epoch, seq). Chain and device by the small numbers of this process. */
export interface ReadingIdentity {
  readonly chainNo: number
  readonly deviceNo: number
  readonly epoch: number
  readonly seq: number
}

/** Leaf hash at `at`, the digest of the signing input right behind it, as a verdict has them. */
export interface ReadingHashes {
  readonly bytes: Buffer
  readonly at: number
}

const NONE = -1
const ROW_BYTES = 2 * HASH_BYTES
const FNV_PRIME = 0x01000193

/**
 * The readings that were accepted last, so that the same one sent again gets its first leaf hash again and another one under its seq is refused. It is a help,
 * not the judge: what it has forgotten, the ledger recognises. When full, the oldest goes.
 *
 * A hash table in columns: no object for a reading, so the garbage collector has nothing to walk. lru-cache was looked at: it keeps a key string and a value object
 * for each entry. Rows are named by a ticket that counts up; the row of a ticket is taken by another one `capacity` tickets later.
 */
export class RecentReadings {
  private readonly capacity: number
  private readonly buckets: Int32Array
  private readonly nextRows: Int32Array
  private readonly chainNos: Int32Array
  private readonly deviceNos: Int32Array
  private readonly epochs: Float64Array
  private readonly seqs: Float64Array
  private readonly tickets: Float64Array
  /** NaN while the append is under way. */
  private readonly acceptedAtMs: Float64Array
  private readonly hashes: Buffer
  private nextTicket = 1

  /** @param capacity a power of two */
  constructor(capacity = 65_536) {
    if (capacity < 1 || (capacity & (capacity - 1)) !== 0) throw new RangeError('the capacity must be a power of two')
    this.capacity = capacity
    this.buckets = new Int32Array(capacity * 2).fill(NONE)
    this.nextRows = new Int32Array(capacity)
    this.chainNos = new Int32Array(capacity)
    this.deviceNos = new Int32Array(capacity)
    this.epochs = new Float64Array(capacity)
    this.seqs = new Float64Array(capacity)
    this.tickets = new Float64Array(capacity)
    this.acceptedAtMs = new Float64Array(capacity)
    this.hashes = Buffer.alloc(capacity * ROW_BYTES)
  }

  /** @returns the ticket of the reading that has this identity */
  find(identity: ReadingIdentity): number | undefined {
    for (let row = this.buckets[this.bucketOf(identity)] ?? NONE; row !== NONE; row = this.nextRows[row] ?? NONE) if (this.isAt(row, identity)) return this.tickets[row]
    return undefined
  }

  /** For an identity that `find` does not know. @param acceptedAtMs undefined while its append is under way */
  add(identity: ReadingIdentity, { bytes, at }: ReadingHashes, acceptedAtMs?: number): number {
    const ticket = this.nextTicket++
    const row = this.rowOf(ticket)
    if (this.tickets[row] !== 0) this.unlink(row)
    this.chainNos[row] = identity.chainNo
    this.deviceNos[row] = identity.deviceNo
    this.epochs[row] = identity.epoch
    this.seqs[row] = identity.seq
    this.acceptedAtMs[row] = acceptedAtMs ?? Number.NaN
    bytes.copy(this.hashes, row * ROW_BYTES, at, at + ROW_BYTES)
    this.link(row, ticket, identity)
    return ticket
  }

  /** Its append is durable. Nothing happens where it was pushed out meanwhile. */
  settle(ticket: number, acceptedAtMs: number): void {
    const row = this.rowOf(ticket)
    if (this.tickets[row] === ticket) this.acceptedAtMs[row] = acceptedAtMs
  }

  /** Its append has failed: it was never promised and may be sent again, or another one in its place. */
  forget(ticket: number): void {
    const row = this.rowOf(ticket)
    if (this.tickets[row] === ticket) this.unlink(row)
  }

  isSameInput(ticket: number, { bytes, at }: ReadingHashes): boolean {
    const start = this.rowOf(ticket) * ROW_BYTES + HASH_BYTES
    return bytes.compare(this.hashes, start, start + HASH_BYTES, at + HASH_BYTES, at + ROW_BYTES) === 0
  }

  leafHashText(ticket: number): string {
    const start = this.rowOf(ticket) * ROW_BYTES
    return this.hashes.toString('base64url', start, start + HASH_BYTES)
  }

  /** Undefined while its append is under way. */
  acceptedAt(ticket: number): number | undefined {
    const timeMs = this.acceptedAtMs[this.rowOf(ticket)]
    return timeMs === undefined || Number.isNaN(timeMs) ? undefined : timeMs
  }

  private rowOf(ticket: number): number {
    return ticket % this.capacity
  }

  private isAt(row: number, { chainNo, deviceNo, epoch, seq }: ReadingIdentity): boolean {
    return this.seqs[row] === seq && this.deviceNos[row] === deviceNo && this.chainNos[row] === chainNo && this.epochs[row] === epoch
  }

  /** Only devices whose signature holds get in, and each fills its own buckets at worst: no need for a keyed hash. */
  private bucketOf({ chainNo, deviceNo, epoch, seq }: ReadingIdentity): number {
    let mixed = Math.imul(chainNo ^ 0x811c9dc5, FNV_PRIME)
    mixed = Math.imul(mixed ^ deviceNo, FNV_PRIME)
    mixed = Math.imul(mixed ^ (epoch | 0), FNV_PRIME)
    mixed = Math.imul(mixed ^ (seq | 0), FNV_PRIME)
    mixed = Math.imul(mixed ^ Math.floor(seq / 2 ** 32), FNV_PRIME)
    return ((mixed ^ (mixed >>> 15)) >>> 0) % this.buckets.length
  }

  private link(row: number, ticket: number, identity: ReadingIdentity): void {
    const bucket = this.bucketOf(identity)
    this.tickets[row] = ticket
    this.nextRows[row] = this.buckets[bucket] ?? NONE
    this.buckets[bucket] = row
  }

  private unlink(row: number): void {
    const bucket = this.bucketOf({ chainNo: this.chainNos[row] ?? 0, deviceNo: this.deviceNos[row] ?? 0, epoch: this.epochs[row] ?? 0, seq: this.seqs[row] ?? 0 })
    const after = this.nextRows[row] ?? NONE
    this.tickets[row] = 0
    if (this.buckets[bucket] === row) this.buckets[bucket] = after
    else this.unlinkBehind(this.buckets[bucket] ?? NONE, row, after)
  }

  private unlinkBehind(first: number, row: number, after: number): void {
    for (let before = first; before !== NONE; before = this.nextRows[before] ?? NONE) {
      if (this.nextRows[before] !== row) continue
      this.nextRows[before] = after
      return
    }
  }
}
