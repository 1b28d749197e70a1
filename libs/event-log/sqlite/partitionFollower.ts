import { setImmediate as nextTurn } from 'node:timers/promises'
import type { BackoffOptions } from '../backoff.ts'
import { Backoff } from '../backoff.ts'
import { EventLogGap, PartitionHalted } from '../errors.ts'
import type { BatchHandler, OnError, PartitionState, PartitionStatus, StoredRecord } from '../eventLog.ts'
import type { LogReader } from './reader.ts'
import type { Wakeups } from './wakeups.ts'

export interface FollowerOptions {
  readonly reader: LogReader
  readonly wakeups: Wakeups
  readonly backoff: BackoffOptions
  readonly topic: string
  readonly partition: number
  /** Where offsets may have gaps. */
  readonly compacted: boolean
  readonly maxRecords: number
  readonly position: () => Promise<number>
  readonly onBatch: BatchHandler
  readonly onError: OnError
}

/** Hands one partition to one handler, batch after batch, until it is closed or halted. Both modes of the log stand on it. */
export class PartitionFollower {
  private readonly options: FollowerOptions
  private readonly stop = new AbortController()
  private readonly backoff: Backoff
  private readonly running: Promise<void>
  private state: PartitionState = 'following'
  private offset: number | undefined
  private error: unknown

  constructor(options: FollowerOptions) {
    this.options = options
    this.backoff = new Backoff(options.backoff)
    this.running = this.run()
  }

  status(): PartitionStatus {
    return { partition: this.options.partition, state: this.state, offset: this.offset, error: this.error }
  }

  async close(): Promise<void> {
    this.stop.abort()
    this.options.wakeups.wake(this.options.topic, this.options.partition)
    await this.running
  }

  private async run(): Promise<void> {
    while (this.mayGoOn()) {
      try {
        await this.follow()
      } catch (error) {
        this.fail(error)
        if (this.mayGoOn()) await this.backoff.pause(this.stop.signal)
      }
    }
    if (this.state !== 'halted') this.state = 'closed'
  }

  private mayGoOn(): boolean {
    return !this.stop.signal.aborted && this.state !== 'halted'
  }

  private fail(error: unknown): void {
    this.error = error
    this.state = error instanceof PartitionHalted ? 'halted' : 'retrying'
    this.options.onError(error, this.options.partition)
  }

  private async follow(): Promise<void> {
    let next = await this.options.position()
    this.offset = next
    while (this.mayGoOn()) {
      const records = this.read(next)
      if (records.length === 0) await this.options.wakeups.wait(this.options.topic, this.options.partition)
      else next = await this.deliver(records)
    }
  }

  private async deliver(records: StoredRecord[]): Promise<number> {
    const { topic, partition, onBatch } = this.options
    await onBatch({ topic, partition, records })
    this.backoff.reset()
    this.state = 'following'
    this.error = undefined
    // at(-1): the caller gives at least one record.
    this.offset = (records.at(-1)?.offset ?? 0) + 1
    // A handler without I/O would otherwise keep requests and timers waiting for as long as there are records.
    await nextTurn()
    return this.offset
  }

  private read(next: number): StoredRecord[] {
    const { reader, topic, partition, maxRecords } = this.options
    const end = reader.end(topic, partition)
    if (next > end) throw new EventLogGap(`${topic}/${partition} ends at offset ${end}, but this consumer stands at ${next}: is the log an older copy?`)
    const records = reader.read(topic, partition, next, maxRecords)
    const first = records[0]?.offset ?? end
    if (first > next && !this.options.compacted) throw new EventLogGap(`${topic}/${partition}: offsets ${next} to ${first - 1} are gone`)
    return records
  }
}
