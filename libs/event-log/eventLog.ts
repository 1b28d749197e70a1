/**
 * The log between services: topics of partitions of records, in one order per partition. Two adapters stand behind it, SQLite in the fog
 * and Kafka in the cloud, and no caller knows which. `topics.ts` declares what may be written where.
 */
export interface EventLog {
  /**
   * Appends the records next to each other and in this order, all or none. Resolves only once they are durable: an fsync of this log covers them,
   * or as many in-sync replicas as its topic asks for have them. Only then may anything be acknowledged. What was not acknowledged may be stored all the
   * same, and Kafka may store a call twice when a broker dies between writing and answering: the consumer collapses duplicates.
   *
   * @throws EventLogBusy, EventLogFull, EventLogUnavailable: each says what the caller does.
   * @throws UnknownPartition, RangeError for mistakes of the caller (a key over 65,535 bytes, more bytes in one call than the log takes at once).
   */
  append(topic: string, partition: number, records: readonly LogRecord[]): Promise<Appended>

  /**
   * Queue mode: one consumer of a group per partition, one batch at a time per partition. The log keeps no offsets: the consumer stores the
   * next one in the transaction that does the work, and `position` reads it from there. A handler that throws gets the batch again from its stored
   * position, with growing pauses; one that throws {@link PartitionHalted} stops its partition until it is assigned anew.
   */
  consume(options: ConsumeOptions): Consumer

  /** Table mode: all partitions from the start, outside any group, in every process that asks. */
  table(options: TableOptions): Table

  /** The offset that the next record of the partition will get. */
  end(topic: string, partition: number): Promise<number>

  /** At most `max` records from `offset` on (fewer when they are large); empty at the end. A compacted topic has gaps between offsets. */
  readFrom(topic: string, partition: number, offset: number, max: number): Promise<StoredRecord[]>

  /** For readiness: rejects with EventLogUnavailable, and the reason, when nothing can be appended. */
  check(): Promise<void>

  /** Names this log for ever: two deployments on one database by mistake are found out by it. */
  identity(): Promise<string>

  /** Drains: running handlers end, appends that were taken become durable and resolve, later ones are refused with EventLogUnavailable. */
  close(): Promise<void>
}

export interface LogRecord {
  /** What compaction goes by; on `entries` the chain. */
  readonly key: string
  readonly value: Uint8Array
  readonly headers?: Readonly<Record<string, string>>
}

export interface Appended {
  readonly firstOffset: number
  /** The log's append time (Unix time, ms), the same for all records of the call. */
  readonly timeMs: number
}

export interface StoredRecord extends LogRecord {
  readonly offset: number
  /** The log's append time (Unix time, ms). */
  readonly timeMs: number
}

/** Never empty. Values are views into one buffer of the batch: copy a value that is kept for long. */
export interface RecordBatch {
  readonly topic: string
  readonly partition: number
  readonly records: readonly StoredRecord[]
}

export type BatchHandler = (batch: RecordBatch) => void | Promise<void>
/** Told of every failure of a handler, of `assigned`, `revoked` and `position`, and of reading, before the retry. */
export type OnError = (error: unknown, partition: number) => void

export interface ConsumeOptions {
  readonly group: string
  readonly topic: string
  /** All partitions of the topic when absent. */
  readonly partitions?: readonly number[]
  /**
   * This process holds the partition from now on; again whenever it is held anew, also after a rebalance that left it here. Awaited before `position`
   * is asked and before any batch; tried again while it throws. The place to raise the epoch.
   */
  readonly assigned?: (partition: number) => Promise<void>
  /**
   * The partition is held no more, or the consumer closes; none of its handlers runs any more. Another process may hold it already, so what
   * is written afterwards must be refused by the epoch. Called once for each `assigned` that was begun.
   */
  readonly revoked?: (partition: number) => Promise<void>
  /** The offset of the first record that the consumer has not worked off; asked at the start and after every failure. */
  readonly position: (partition: number) => Promise<number>
  readonly onBatch: BatchHandler
  readonly onError: OnError
  readonly maxRecords: number
}

export interface TableOptions {
  readonly topic: string
  readonly onBatch: BatchHandler
  readonly onError: OnError
}

export type PartitionState = 'following' | 'retrying' | 'halted' | 'closed'

export interface PartitionStatus {
  readonly partition: number
  readonly state: PartitionState
  /** Of the next record; undefined before the position is known. */
  readonly offset: number | undefined
  /** Why it retries or is halted. */
  readonly error: unknown
}

export interface Consumer {
  /** Of the partitions that this process holds. For readiness and alerts. */
  status(): PartitionStatus[]
  /** Waits for the handlers that run. */
  close(): Promise<void>
}

export interface Table extends Consumer {
  /** The handler has seen everything that was in the topic when the table was opened. Rejects with EventLogUnavailable when closed before. */
  readonly ready: Promise<void>
}
