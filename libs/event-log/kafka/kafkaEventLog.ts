import type { Admin } from 'kafkajs'
import type Cluster from 'kafkajs/src/cluster/index.js'
import type { BackoffOptions } from '../backoff.ts'
import { Backoff } from '../backoff.ts'
import { EventLogUnavailable } from '../errors.ts'
import type { Appended, ConsumeOptions, Consumer, EventLog, LogRecord, StoredRecord, Table, TableOptions } from '../eventLog.ts'
import { PartitionFollower } from '../follow/partitionFollower.ts'
import { TableFollower } from '../follow/tableFollower.ts'
import type { Topics } from '../topics.ts'
import { declarationOf, partitionsOf } from '../topics.ts'
import { AppendLanes } from './appendLanes.ts'
import { Connection } from './connection.ts'
import { lasts, reasonOf, unavailable } from './failures.ts'
import { Fetcher } from './fetcher.ts'
import { GroupConsumer } from './groupConsumer.ts'
import type { KafkaLog } from './kafkaClient.ts'
import { KafkaClient } from './kafkaClient.ts'
import { KafkaSource } from './kafkaSource.ts'
import { prepareTopics } from './kafkaTopics.ts'
import type { KafkaPlace } from './kafkaUrl.ts'
import { boundsOf } from './offsets.ts'
import { readRecords } from './readRecords.ts'
import { waitForBroker } from './waitForBroker.ts'
import { withinLimit } from './withinLimit.ts'

export interface KafkaEventLogOptions {
  readonly place: KafkaPlace
  readonly topics: Topics
  /** Bytes that may wait for the broker; 16 MiB. */
  readonly maxQueueBytes?: number
  /** Pauses before a handler that failed is called again; 100 ms to 5 s. */
  readonly retry?: BackoffOptions
  /** How long a start waits for a broker; 60 s. */
  readonly startLimitMs?: number
  /** Told what the start waits for. */
  readonly onWait?: (line: string) => void
  /** Takes what kafkajs itself has to say, and when reading breaks off. */
  readonly onLog?: KafkaLog
}

const QUEUE_BYTES = 16 * 1024 * 1024
const RETRY: BackoffOptions = { firstMs: 100, mostMs: 5_000 }
const START_LIMIT_MS = 60_000
const ASK_LIMIT_MS = 5_000
const ASK_RETRY: BackoffOptions = { firstMs: 20, mostMs: 500 }
const CHECK_LIMIT_MS = 2_000
const CLOSE_LIMIT_MS = 5_000

/** The log of the cloud: topics of a Kafka cluster. Other processes and other deployments (with another prefix) may share it. */
export class KafkaEventLog implements EventLog {
  private readonly options: KafkaEventLogOptions
  private readonly client: KafkaClient
  private readonly name: string
  private readonly appender: AppendLanes
  private readonly fetcher: Fetcher
  /** Short questions; never behind one that waits. */
  private readonly asking: Connection<Cluster>
  private readonly backoff: BackoffOptions
  private readonly consumers = new Set<Consumer>()
  private readonly taken = new Set<string>()
  private closing: Promise<void> | undefined

  private constructor(options: KafkaEventLogOptions, client: KafkaClient, clusterId: string) {
    const connect = (): Promise<Cluster> => client.cluster()
    this.options = options
    this.client = client
    this.name = `kafka:${clusterId}/${options.place.prefix}`
    this.appender = new AppendLanes({ connect, maxQueueBytes: options.maxQueueBytes ?? QUEUE_BYTES })
    this.fetcher = new Fetcher({ connect, onBroken: (error) => options.onLog?.('warn', `reading is interrupted: ${reasonOf(error)}`) })
    this.asking = new Connection(connect)
    this.backoff = options.retry ?? RETRY
  }

  /** @throws OperatorError with one line for the operator */
  static async open(options: KafkaEventLogOptions): Promise<KafkaEventLog> {
    const { place, topics, onLog = () => undefined, onWait = () => undefined, startLimitMs = START_LIMIT_MS } = options
    const client = new KafkaClient(place, Object.keys(topics).map((topic) => place.prefix + topic), onLog)
    const clusterId = await waitForBroker(place, () => prepare(client.admin(), place, topics), { limitMs: startLimitMs, onWait })
    return new KafkaEventLog(options, client, clusterId)
  }

  async append(topic: string, partition: number, records: readonly LogRecord[]): Promise<Appended> {
    declarationOf(this.options.topics, topic, partition)
    if (records.length === 0) throw new RangeError('An append needs at least one record')
    return this.appender.append(this.fullName(topic), partition, records)
  }

  /** How many requests of batches were sent; many appends share one. */
  get flights(): number {
    return this.appender.flights
  }

  consume(options: ConsumeOptions): Consumer {
    const { topic, group, position, assigned, revoked, onBatch, onError, maxRecords } = options
    const only = options.partitions
    for (const partition of only ?? []) declarationOf(this.options.topics, topic, partition)
    declarationOf(this.options.topics, topic, 0)
    const release = this.take(`${group} ${topic}`)
    const follow = (partition: number): PartitionFollower => new PartitionFollower({
      source: this.source(topic, partition),
      backoff: this.backoff,
      maxRecords,
      assigned: async () => assigned?.(partition),
      revoked: async () => revoked?.(partition),
      position: () => position(partition),
      onBatch,
      onError,
    })
    // Each topic has a group of its own: members of one group would otherwise be given topics that they do not know.
    const consumer = new GroupConsumer({ client: this.client, groupId: this.fullName(`${group}.${topic}`), topic: this.fullName(topic), only, follow, onError: (error) => this.options.onLog?.('warn', `the group ${group}: ${reasonOf(error)}`) })
    return this.track(() => consumer.status(), () => consumer.close(), release)
  }

  table(options: TableOptions): Table {
    const { topic, onBatch, onError } = options
    const followers = partitionsOf(this.options.topics, topic).map((partition) => new TableFollower({ source: this.source(topic, partition), backoff: this.backoff, onBatch, onError }))
    const ready = Promise.all(followers.map((follower) => follower.ready)).then(() => undefined)
    // Whoever does not wait for it need not handle that it was closed early.
    ready.catch(() => undefined)
    const closeAll = async (): Promise<void> => void (await Promise.all(followers.map((follower) => follower.close())))
    return { ready, ...this.track(() => followers.map((follower) => follower.status()), closeAll, () => undefined) }
  }

  async end(topic: string, partition: number): Promise<number> {
    declarationOf(this.options.topics, topic, partition)
    return (await this.ask((cluster) => boundsOf(cluster, this.fullName(topic), partition))).end
  }

  async readFrom(topic: string, partition: number, offset: number, max: number): Promise<StoredRecord[]> {
    declarationOf(this.options.topics, topic, partition)
    return this.ask((cluster) => readRecords(cluster, { topic: this.fullName(topic), partition, offset, max }))
  }

  async check(): Promise<void> {
    if (this.closing !== undefined) throw new EventLogUnavailable('The event log takes nothing: it is closed')
    try {
      await this.asking.use(CHECK_LIMIT_MS, 'Kafka', (cluster) => this.checkReplicas(cluster))
    } catch (error) {
      throw unavailable('The event log cannot be reached', error)
    }
  }

  async identity(): Promise<string> {
    return this.name
  }

  close(): Promise<void> {
    this.closing ??= withinLimit(CLOSE_LIMIT_MS, 'close', this.drain()).catch((error: unknown) => this.options.onLog?.('warn', `closing: ${reasonOf(error)}`))
    return this.closing
  }

  private async drain(): Promise<void> {
    await Promise.all([...this.consumers].map((consumer) => consumer.close()))
    await Promise.all([this.appender.close(), this.fetcher.close(), this.asking.close()])
  }

  private async checkReplicas(cluster: Cluster): Promise<void> {
    await cluster.refreshMetadata()
    const needed = this.options.place.single ? 1 : 2
    for (const topic of Object.keys(this.options.topics)) {
      for (const { partitionId, isr } of cluster.findTopicPartitionMetadata(this.fullName(topic))) {
        if (isr.length < needed) throw new EventLogUnavailable(`The event log takes nothing: ${topic}/${partitionId} has ${isr.length} replicas in sync, needed ${needed}`)
      }
    }
  }

  /** A topic that was made a moment ago, or a leader that moved, needs a second look. */
  private async ask<T>(question: (cluster: Cluster) => Promise<T>): Promise<T> {
    const endMs = performance.now() + ASK_LIMIT_MS
    const backoff = new Backoff(ASK_RETRY)
    for (;;) {
      try {
        return await this.asking.use(endMs - performance.now(), 'Kafka', question)
      } catch (error) {
        if (this.closing !== undefined || lasts(error) || performance.now() + ASK_RETRY.mostMs > endMs) throw unavailable('The event log cannot be read', error)
        await backoff.pause(new AbortController().signal)
      }
    }
  }

  private source(topic: string, partition: number): KafkaSource {
    const { compacted } = declarationOf(this.options.topics, topic, partition)
    const source = new KafkaSource({
      topic,
      fullName: this.fullName(topic),
      partition,
      compacted,
      bounds: () => this.ask((cluster) => boundsOf(cluster, this.fullName(topic), partition)),
      onWanted: () => this.fetcher.wake(),
      onClose: (closed) => this.fetcher.remove(closed),
    })
    this.fetcher.add(source)
    return source
  }

  private fullName(name: string): string {
    return this.options.place.prefix + name
  }

  /** Across processes the group shares the partitions out; two consumers of one group in one process are a mistake. */
  private take(name: string): () => void {
    if (this.taken.has(name)) throw new Error(`This process already consumes ${name}`)
    this.taken.add(name)
    return () => void this.taken.delete(name)
  }

  private track(status: Consumer['status'], close: () => Promise<void>, release: () => void): Consumer {
    const consumer: Consumer = {
      status,
      close: async () => {
        await close()
        release()
        this.consumers.delete(consumer)
      },
    }
    this.consumers.add(consumer)
    return consumer
  }
}

async function prepare(admin: Admin, place: KafkaPlace, topics: Topics): Promise<string> {
  try {
    await admin.connect()
    await prepareTopics(admin, place, topics)
    return (await admin.describeCluster()).clusterId
  } finally {
    await admin.disconnect().catch(() => undefined)
  }
}
