import type { Consumer, ConsumerCrashEvent, ConsumerGroupJoinEvent } from 'kafkajs'
import { Backoff } from '../backoff.ts'
import type { KafkaClient } from './kafkaClient.ts'
import { withinLimit } from './withinLimit.ts'

export interface GroupMemberOptions {
  readonly client: KafkaClient
  /** With the prefix. */
  readonly groupId: string
  /** With the prefix. */
  readonly topic: string
  /** These are ours from now on, and no others; called anew at every rebalance, with an empty list when one begins. */
  readonly onAssignment: (partitions: readonly number[]) => void
  readonly onError: (error: unknown) => void
}

/** A member that is not heard of for so long loses its partitions; the least that brokers allow by default. */
const SESSION_LIMIT_MS = 6_000
const HEARTBEAT_MS = 500
const REBALANCE_LIMIT_MS = 10_000
/** Also how long it takes to leave. */
const LOOK_MS = 100
/** Without a heartbeat for so long, this member is replaced by a new one: kafkajs does not always come back by itself. */
const SILENCE_LIMIT_MS = 30_000
const LEAVE_LIMIT_MS = 3_000
const RETRY = { firstMs: 200, mostMs: 2_000 }
const INNER_RETRY = { initialRetryTime: 100, maxRetryTime: 1_000, retries: 5, restartOnFailure: async () => false }

/**
 * Membership of a consumer group, which decides who holds which partitions, and nothing else: kafkajs's consumer has all of its partitions paused and
 * only beats. It would wait for the slowest partition before it reads any other, would give a slow handler's partitions away, and forgets silently where it stood
 * (fetcher.ts reads instead). Nothing is ever committed, so a group leaves nothing behind.
 */
export class GroupMember {
  private readonly options: GroupMemberOptions
  private readonly stop = new AbortController()
  private readonly running: Promise<void>

  constructor(options: GroupMemberOptions) {
    this.options = options
    this.running = this.run()
  }

  /** Leaves, so that others take over at once. */
  async close(): Promise<void> {
    this.stop.abort()
    await this.running
  }

  private async run(): Promise<void> {
    const backoff = new Backoff(RETRY)
    while (!this.stop.signal.aborted) {
      try {
        await this.membership(() => backoff.reset())
      } catch (error) {
        this.options.onError(error)
        await backoff.pause(this.stop.signal)
      }
    }
  }

  /** Returns when this member is closed; throws when the membership has ended. */
  private async membership(onJoined: () => void): Promise<void> {
    const consumer = this.consumer()
    try {
      const ended = this.watch(consumer, onJoined)
      await consumer.connect()
      await consumer.subscribe({ topic: this.options.topic, fromBeginning: true })
      // All partitions are paused; a batch that comes all the same is dropped, because nothing is resolved or committed.
      await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: async () => undefined })
      await ended
    } finally {
      await withinLimit(LEAVE_LIMIT_MS, 'leave the group', consumer.disconnect()).catch(() => undefined)
    }
  }

  private consumer(): Consumer {
    return this.options.client.consumer({
      groupId: this.options.groupId,
      sessionTimeout: SESSION_LIMIT_MS,
      heartbeatInterval: HEARTBEAT_MS,
      rebalanceTimeout: REBALANCE_LIMIT_MS,
      maxWaitTimeInMs: LOOK_MS,
      retry: INNER_RETRY,
    })
  }

  private watch(consumer: Consumer, onJoined: () => void): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const { signal } = this.stop
    let heardMs = performance.now()
    const heard = (): void => void (heardMs = performance.now())
    consumer.on(consumer.events.HEARTBEAT, heard)
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }: ConsumerGroupJoinEvent) => {
      heard()
      onJoined()
      this.joined(consumer, payload.memberAssignment[this.options.topic] ?? [])
    })
    consumer.on(consumer.events.REBALANCING, () => this.options.onAssignment([]))
    consumer.on(consumer.events.CRASH, ({ payload }: ConsumerCrashEvent) => reject(payload.error))
    const silence = setInterval(() => {
      if (performance.now() - heardMs > SILENCE_LIMIT_MS) reject(new Error('the consumer group has not answered for 30 s'))
    }, SILENCE_LIMIT_MS / 10)
    signal.addEventListener('abort', () => resolve(), { once: true })
    promise.finally(() => clearInterval(silence)).catch(() => undefined)
    return promise
  }

  /** Runs inside kafkajs's own turn, before it would fetch. */
  private joined(consumer: Consumer, partitions: readonly number[]): void {
    if (partitions.length > 0) consumer.pause([{ topic: this.options.topic, partitions: [...partitions] }])
    this.options.onAssignment(this.stop.signal.aborted ? [] : partitions)
  }
}
