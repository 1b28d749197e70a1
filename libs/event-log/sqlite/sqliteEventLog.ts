import type { Clock } from '@brume/config'
import type { BackoffOptions } from '../backoff.ts'
import type { Appended, ConsumeOptions, Consumer, EventLog, LogRecord, StoredRecord, Table, TableOptions } from '../eventLog.ts'
import { PartitionFollower } from '../follow/partitionFollower.ts'
import { TableFollower } from '../follow/tableFollower.ts'
import type { Topics } from '../topics.ts'
import { declarationOf, partitionsOf } from '../topics.ts'
import type { AppendRow } from './appendProtocol.ts'
import { Appender } from './appender.ts'
import { packRecords } from './batchFormat.ts'
import { LogReader } from './reader.ts'
import { SqliteSource } from './sqliteSource.ts'
import { Wakeups } from './wakeups.ts'

export interface SqliteEventLogOptions {
  readonly path: string
  readonly topics: Topics
  readonly clock: Clock
  /** Bytes that may wait for the disk; 16 MiB. */
  readonly maxQueueBytes?: number
  /** Only for tests: `PRAGMA max_page_count`. */
  readonly maxPages?: number
  /** Pauses before a handler that failed is called again; 100 ms to 10 s. */
  readonly retry?: BackoffOptions
}

/** How soon appends of other processes are seen; those of this process are seen at once. */
const POLL_MS = 20
const QUEUE_BYTES = 16 * 1024 * 1024
const RETRY: BackoffOptions = { firstMs: 100, mostMs: 10_000 }

/** The log of a fog node: one SQLite file, which several processes may open at once. */
export class SqliteEventLog implements EventLog {
  private readonly options: SqliteEventLogOptions
  private readonly wakeups: Wakeups
  private readonly appender: Appender
  private readonly reader: LogReader
  private readonly backoff: BackoffOptions
  private readonly poll: NodeJS.Timeout
  private readonly consumers = new Set<Consumer>()
  private readonly taken = new Set<string>()
  private version = 0
  private closing: Promise<void> | undefined

  private constructor(options: SqliteEventLogOptions, wakeups: Wakeups, appender: Appender) {
    this.options = options
    this.wakeups = wakeups
    this.appender = appender
    this.reader = new LogReader(options.path)
    this.backoff = options.retry ?? RETRY
    this.poll = setInterval(() => this.noticeOthers(), POLL_MS)
    this.poll.unref()
  }

  static async open(options: SqliteEventLogOptions): Promise<SqliteEventLog> {
    const wakeups = new Wakeups()
    const appender = await Appender.open({
      path: options.path,
      maxPages: options.maxPages,
      clock: options.clock,
      maxQueueBytes: options.maxQueueBytes ?? QUEUE_BYTES,
      onCommitted: (topic, partition) => wakeups.wake(topic, partition),
    })
    return new SqliteEventLog(options, wakeups, appender)
  }

  async append(topic: string, partition: number, records: readonly LogRecord[]): Promise<Appended> {
    const { compacted } = declarationOf(this.options.topics, topic, partition)
    if (records.length === 0) throw new RangeError('An append needs at least one record')
    const rows = compacted ? rowsByKey(records) : [rowOf(records, null)]
    return this.appender.append({ topic, partition, rows })
  }

  consume(options: ConsumeOptions): Consumer {
    const { topic } = options
    const partitions = options.partitions ?? partitionsOf(this.options.topics, topic)
    const release = this.take(options.group, topic, partitions)
    const followers = partitions.map((partition) => new PartitionFollower({
      source: this.sourceOf(topic, partition),
      backoff: this.backoff,
      maxRecords: options.maxRecords,
      assigned: () => options.assigned?.(partition) ?? Promise.resolve(),
      revoked: () => options.revoked?.(partition) ?? Promise.resolve(),
      position: () => options.position(partition),
      onBatch: options.onBatch,
      onError: options.onError,
    }))
    return this.track(followers, release)
  }

  table(options: TableOptions): Table {
    const followers = partitionsOf(this.options.topics, options.topic).map((partition) => new TableFollower({ source: this.sourceOf(options.topic, partition), backoff: this.backoff, onBatch: options.onBatch, onError: options.onError }))
    const ready = Promise.all(followers.map((follower) => follower.ready)).then(() => undefined)
    // Whoever does not wait for it need not handle that it was closed early.
    ready.catch(() => undefined)
    return { ready, ...this.track(followers, () => undefined) }
  }

  async end(topic: string, partition: number): Promise<number> {
    declarationOf(this.options.topics, topic, partition)
    return this.reader.end(topic, partition)
  }

  async readFrom(topic: string, partition: number, offset: number, max: number): Promise<StoredRecord[]> {
    declarationOf(this.options.topics, topic, partition)
    return this.reader.read(topic, partition, offset, max)
  }

  async check(): Promise<void> {
    this.appender.check()
    this.reader.dataVersion()
  }

  async identity(): Promise<string> {
    return `sqlite:${this.reader.identity()}`
  }

  close(): Promise<void> {
    this.closing ??= this.drain()
    return this.closing
  }

  private async drain(): Promise<void> {
    await Promise.all([...this.consumers].map((consumer) => consumer.close()))
    clearInterval(this.poll)
    // The last connection to close copies the write-ahead log back: that is work for the worker, not for the event loop.
    this.reader.close()
    await this.appender.close()
  }

  private noticeOthers(): void {
    const version = this.versionOrUnknown()
    if (version === this.version) return
    this.version = version ?? 0
    this.wakeups.wakeAll()
  }

  /** When the file cannot be read, the followers are woken: each meets the error itself, tells and tries again. */
  private versionOrUnknown(): number | undefined {
    try {
      return this.reader.dataVersion()
    } catch {
      return undefined
    }
  }

  private sourceOf(topic: string, partition: number): SqliteSource {
    const { compacted } = declarationOf(this.options.topics, topic, partition)
    return new SqliteSource({ reader: this.reader, wakeups: this.wakeups, topic, partition, compacted })
  }

  /** One consumer of a group per partition. Across processes the epoch in the consumer's own database decides, as it does with Kafka. */
  private take(group: string, topic: string, partitions: readonly number[]): () => void {
    const names = partitions.map((partition) => `${group} ${topic}/${partition}`)
    const double = names.find((name) => this.taken.has(name))
    if (double !== undefined) throw new Error(`This process already consumes ${double}`)
    for (const name of names) this.taken.add(name)
    return () => names.forEach((name) => this.taken.delete(name))
  }

  private track(followers: readonly PartitionFollower[], release: () => void): Consumer {
    const consumer: Consumer = {
      status: () => followers.map((follower) => follower.status()),
      close: async () => {
        await Promise.all(followers.map((follower) => follower.close()))
        release()
        this.consumers.delete(consumer)
      },
    }
    this.consumers.add(consumer)
    return consumer
  }
}

function rowOf(records: readonly LogRecord[], key: string | null): AppendRow {
  return { records: records.length, key, body: packRecords(records) }
}

/** Compaction deletes by row, so each record has its own. */
function rowsByKey(records: readonly LogRecord[]): AppendRow[] {
  return records.map((record) => rowOf([record], record.key))
}
