import type Cluster from 'kafkajs/src/cluster/index.js'
import type { InnerMessage } from 'kafkajs/src/cluster/index.js'
import { Backoff } from '../backoff.ts'
import type { KafkaSource } from './kafkaSource.ts'
import { leaderOf } from './offsets.ts'
import { withinLimit } from './withinLimit.ts'

export interface FetcherOptions {
  /** Connections of its own: an answer that a broker holds back until there is something holds back all that come after it on the connection. */
  readonly connect: () => Promise<Cluster>
  /** Told when reading stops working, not of every try. */
  readonly onBroken: (error: unknown) => void
}

/** The broker answers earlier when there is something. A partition that is wanted again meanwhile waits for it at most. */
const LONG_POLL_MS = 100
const FETCH_LIMIT_MS = 6_000
const PARTITION_BYTES = 1024 * 1024
const ANSWER_BYTES = 8 * 1024 * 1024
const READ_COMMITTED = 1
const RETRY = { firstMs: 50, mostMs: 1_000 }
const DISCONNECT_LIMIT_MS = 1_000

/**
 * Fills all sources of a process, of queues as of tables: one long request after the other to each broker, for all partitions that it leads and that
 * are wanted. After any failure it begins again with new connections; sources know what they need next, so nothing is missed.
 */
export class Fetcher {
  private readonly options: FetcherOptions
  private readonly sources = new Set<KafkaSource>()
  private readonly stop = new AbortController()
  private readonly backoff = new Backoff(RETRY)
  private wakeups: (() => void)[] = []
  private running: Promise<void> | undefined
  private broken = false

  constructor(options: FetcherOptions) {
    this.options = options
  }

  add(source: KafkaSource): void {
    this.sources.add(source)
    this.running ??= this.run()
  }

  remove(source: KafkaSource): void {
    this.sources.delete(source)
  }

  wake(): void {
    for (const resume of this.wakeups.splice(0)) resume()
  }

  async close(): Promise<void> {
    this.stop.abort()
    this.wake()
    await this.running
  }

  private async run(): Promise<void> {
    while (!this.stop.signal.aborted) {
      try {
        await this.session()
      } catch (error) {
        this.tell(error)
        await this.backoff.pause(this.stop.signal)
      }
    }
  }

  /** Until something fails, or the brokers are others. */
  private async session(): Promise<void> {
    const cluster = await this.options.connect()
    const end = new AbortController()
    try {
      const nodes = cluster.getNodeIds().toSorted()
      const same = (): boolean => cluster.getNodeIds().toSorted().join() === nodes.join()
      await Promise.all(nodes.map((nodeId) => this.followNode(cluster, nodeId, () => !end.signal.aborted && !this.stop.signal.aborted && same())))
    } finally {
      end.abort()
      this.wake()
      await withinLimit(DISCONNECT_LIMIT_MS, 'disconnect', cluster.disconnect()).catch(() => undefined)
    }
  }

  private async followNode(cluster: Cluster, nodeId: string, goesOn: () => boolean): Promise<void> {
    while (goesOn()) {
      await cluster.refreshMetadataIfNecessary()
      const wanted = [...this.sources].filter((source) => source.wanted !== undefined && leaderOf(cluster, source.fullName, source.partition) === nodeId)
      if (wanted.length === 0) await this.somethingWanted()
      else await this.fetch(cluster, nodeId, wanted)
    }
  }

  private async fetch(cluster: Cluster, nodeId: string, wanted: readonly KafkaSource[]): Promise<void> {
    const asked = questions(wanted)
    try {
      const broker = await cluster.findBroker({ nodeId })
      const { responses } = await withinLimit(FETCH_LIMIT_MS, 'Kafka', broker.fetch({ maxWaitTime: LONG_POLL_MS, minBytes: 1, maxBytes: ANSWER_BYTES, isolationLevel: READ_COMMITTED, topics: topicsOf(asked) }))
      for (const { topicName, partitions } of responses) {
        for (const { partition, messages } of partitions) this.hand(find(asked, topicName, partition), messages)
      }
      this.mended()
    } catch (error) {
      if (!isOutOfRange(error)) throw error
      const { askers = [], offset } = find(asked, error.topic, error.partition) ?? {}
      for (const asker of askers) if (asker.offset === offset) asker.source.fail(error)
    }
  }

  private hand(question: Question | undefined, messages: readonly InnerMessage[]): void {
    for (const { source, offset } of question?.askers ?? []) source.accept(offset, messages)
  }

  /** Looks again now and then all the same: a leader may have moved here. */
  private somethingWanted(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, RETRY.mostMs)
      this.wakeups.push(() => {
        clearTimeout(timer)
        resolve()
      })
    })
  }

  private tell(error: unknown): void {
    if (!this.broken && !this.stop.signal.aborted) this.options.onBroken(error)
    this.broken = true
  }

  private mended(): void {
    this.broken = false
    this.backoff.reset()
  }
}

/** One partition in one request. Several tables of a process may want it from different places: the first of them is fetched, and each takes what it needs. */
interface Question {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly askers: readonly { readonly source: KafkaSource; readonly offset: number }[]
}

function questions(wanted: readonly KafkaSource[]): Question[] {
  const askers = wanted.flatMap((source) => (source.wanted === undefined ? [] : [{ source, offset: source.wanted }]))
  return [...Map.groupBy(askers, ({ source }) => `${source.fullName}/${source.partition}`).values()].flatMap((mine) => {
    const [first] = mine.toSorted((a, b) => a.offset - b.offset)
    return first === undefined ? [] : [{ topic: first.source.fullName, partition: first.source.partition, offset: first.offset, askers: mine }]
  })
}

function topicsOf(asked: readonly Question[]) {
  return [...Map.groupBy(asked, ({ topic }) => topic)].map(([topic, mine]) => ({
    topic,
    partitions: mine.map(({ partition, offset }) => ({ partition, fetchOffset: String(offset), maxBytes: PARTITION_BYTES })),
  }))
}

function find(asked: readonly Question[], topic: string, partition: number): Question | undefined {
  return asked.find((question) => question.topic === topic && question.partition === partition)
}

/** kafkajs gives up the whole answer for the first such partition, and names it. */
function isOutOfRange(error: unknown): error is Error & { topic: string; partition: number } {
  return error instanceof Error && error.name === 'KafkaJSOffsetOutOfRange'
}
