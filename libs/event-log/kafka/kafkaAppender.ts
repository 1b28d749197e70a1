import type Cluster from 'kafkajs/src/cluster/index.js'
import type { ProduceResponse } from 'kafkajs/src/cluster/index.js'
import { Backoff } from '../backoff.ts'
import { EventLogBusy, EventLogUnavailable } from '../errors.ts'
import type { Appended, LogRecord } from '../eventLog.ts'
import type { PartitionFlight, WaitingAppend } from './appendQueue.ts'
import { AppendQueue } from './appendQueue.ts'
import { Connection } from './connection.ts'
import { lasts, unavailable } from './failures.ts'
import { leaderOf } from './offsets.ts'
import type { QueueBudget } from './queueBudget.ts'
import { bytesOf, outgoing } from './records.ts'

export interface KafkaAppenderOptions {
  readonly connect: () => Promise<Cluster>
  /** Shared with the other lanes. */
  readonly budget: QueueBudget
}

/** What one append, and one batch of a partition, may hold; topics are made so that they take it (topicSettings.ts). */
export const MAX_APPEND_BYTES = 8 * 1024 * 1024
/** All in-sync replicas. */
const ACKS_ALL = -1
/** A flight is tried again for so long; whoever waits behind it fails with it, so nobody waits longer than this and one answer. */
const FLIGHT_LIMIT_MS = 8_000
const ATTEMPT_LIMIT_MS = 5_000
const CLOSE_LIMIT_MS = 4_000
const RETRY = { firstMs: 50, mostMs: 500 }

/**
 * One lane of appends. Group commit over the network: one flight is with the brokers, what arrives meanwhile goes with the next. Never two flights at once, and not idempotent:
 * with several in flight an idempotent producer of kafkajs acknowledges what a killed broker has lost (its sequence numbers are given out again after a
 * failure), and with one in flight all that is left is that a batch may be stored twice, which the ledger collapses. The order of a partition is the order of the
 * calls, also over retries.
 */
export class KafkaAppender {
  private readonly options: KafkaAppenderOptions
  private readonly connection: Connection<Cluster>
  private readonly queue = new AppendQueue(MAX_APPEND_BYTES)
  private readonly stop = new AbortController()
  private flying: Promise<void> | undefined
  private closed = false
  /** For tests and benches: how well appends share flights. */
  flights = 0

  constructor(options: KafkaAppenderOptions) {
    this.options = options
    this.connection = new Connection(options.connect)
  }

  async append(topic: string, partition: number, records: readonly LogRecord[]): Promise<Appended> {
    const bytes = records.reduce((sum, record) => sum + bytesOf(record), 0)
    if (bytes > MAX_APPEND_BYTES) throw new RangeError(`${bytes} bytes in one append; the log takes ${MAX_APPEND_BYTES} at once`)
    if (this.closed) throw new EventLogUnavailable('The event log takes nothing: it is closed')
    if (!this.options.budget.take(bytes)) throw new EventLogBusy(`${this.options.budget.waiting} bytes wait for the broker`)
    return new Promise((resolve, reject) => this.enqueue({ topic, partition, records, bytes, resolve, reject }))
  }

  /** What was taken is sent first, within a limit. */
  async close(): Promise<void> {
    this.closed = true
    const timer = setTimeout(() => this.stop.abort(), CLOSE_LIMIT_MS)
    await this.flying
    clearTimeout(timer)
    await this.connection.close()
  }

  private enqueue(waiting: WaitingAppend): void {
    this.queue.add(waiting)
    this.flying ??= this.fly()
  }

  private async fly(): Promise<void> {
    // After the requests that this turn of the event loop has brought: they share the flight.
    await new Promise((resolve) => setImmediate(resolve))
    while (!this.queue.isEmpty) await this.flyOnce(this.queue.takeFlight())
    this.flying = undefined
  }

  private async flyOnce(flights: readonly PartitionFlight[]): Promise<void> {
    try {
      const answers = await this.sendUntilTaken(flights)
      for (const flight of flights) this.acknowledge(flight, answers)
    } catch (error) {
      const waiting = flights.flatMap(({ appends }) => appends)
      // Those behind would only wait for the same broker once more.
      this.refuse(lasts(error) ? waiting : [...waiting, ...this.queue.takeAll()], error)
    }
  }

  private async sendUntilTaken(flights: readonly PartitionFlight[]): Promise<ProduceResponse[]> {
    const endMs = performance.now() + FLIGHT_LIMIT_MS
    const backoff = new Backoff(RETRY)
    for (;;) {
      try {
        const leftMs = Math.min(ATTEMPT_LIMIT_MS, endMs - performance.now())
        return await this.connection.use(leftMs, 'Kafka', (cluster) => this.send(cluster, flights))
      } catch (error) {
        if (lasts(error) || this.stop.signal.aborted || performance.now() + RETRY.mostMs > endMs) throw error
        await backoff.pause(this.stop.signal)
      }
    }
  }

  private async send(cluster: Cluster, flights: readonly PartitionFlight[]): Promise<ProduceResponse[]> {
    this.flights++
    await cluster.refreshMetadataIfNecessary()
    const byLeader = Map.groupBy(flights, ({ topic, partition }) => leaderOf(cluster, topic, partition))
    return Promise.all([...byLeader].map(async ([nodeId, mine]) => {
      const broker = await cluster.findBroker({ nodeId })
      return broker.produce({ acks: ACKS_ALL, timeout: ATTEMPT_LIMIT_MS, topicData: topicDataOf(mine) })
    }))
  }

  private acknowledge(flight: PartitionFlight, answers: readonly ProduceResponse[]): void {
    // Each broker answers for the partitions that it leads, so a topic may stand in several answers.
    const answer = answers.flatMap(({ topics }) => topics).filter(({ topicName }) => topicName === flight.topic).flatMap(({ partitions }) => partitions).find(({ partition }) => partition === flight.partition)
    if (answer === undefined) return this.refuse(flight.appends, new Error('the broker answered without a word about the partition'))
    let firstOffset = Number(answer.baseOffset)
    for (const append of flight.appends) {
      this.options.budget.give(append.bytes)
      append.resolve({ firstOffset, timeMs: Number(answer.logAppendTime) })
      firstOffset += append.records.length
    }
  }

  private refuse(appends: readonly WaitingAppend[], error: unknown): void {
    for (const append of appends) {
      this.options.budget.give(append.bytes)
      append.reject(unavailable('The event log cannot be written', error))
    }
  }
}

function topicDataOf(flights: readonly PartitionFlight[]) {
  return [...Map.groupBy(flights, ({ topic }) => topic)].map(([topic, mine]) => ({
    topic,
    partitions: mine.map(({ partition, appends }) => ({ partition, messages: appends.flatMap(({ records }) => records.map(outgoing)) })),
  }))
}
