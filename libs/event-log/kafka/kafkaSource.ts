import type { InnerMessage } from 'kafkajs/src/cluster/index.js'
import { EventLogGap } from '../errors.ts'
import type { StoredRecord } from '../eventLog.ts'
import type { PartitionSource } from '../follow/partitionSource.ts'
import type { PartitionBounds } from './offsets.ts'
import { incoming } from './records.ts'

export interface KafkaSourceOptions {
  readonly topic: string
  /** With the prefix. */
  readonly fullName: string
  readonly partition: number
  /** Where offsets may have gaps. */
  readonly compacted: boolean
  readonly bounds: () => Promise<PartitionBounds>
  /** Something is wanted now that was not a moment ago. */
  readonly onWanted: () => void
  readonly onClose: (source: KafkaSource) => void
}

/** Fetched ahead of the handler: it goes on when less is waiting. With one answer more (fetcher.ts) this is what a partition holds in memory. */
const AHEAD_BYTES = 1024 * 1024

/** One partition as the fetcher fills it and a follower empties it. */
export class KafkaSource implements PartitionSource {
  readonly topic: string
  readonly partition: number
  readonly fullName: string
  private readonly options: KafkaSourceOptions
  private buffer: StoredRecord[] = []
  private bufferedBytes = 0
  /** Of the next record to hand out; undefined while it is not known to be in the log. */
  private at: number | undefined
  /** Of the next record to fetch. */
  private next = 0
  private failure: Error | undefined
  private wake: (() => void) | undefined

  constructor(options: KafkaSourceOptions) {
    this.options = options
    this.topic = options.topic
    this.partition = options.partition
    this.fullName = options.fullName
  }

  /** The offset to fetch next; undefined when nothing is wanted now. */
  get wanted(): number | undefined {
    return this.at === undefined || this.failure !== undefined || this.bufferedBytes >= AHEAD_BYTES ? undefined : this.next
  }

  async end(): Promise<number> {
    return (await this.options.bounds()).end
  }

  async read(from: number, most: number, signal: AbortSignal): Promise<StoredRecord[]> {
    if (this.at !== from) await this.seek(from)
    while (!signal.aborted) {
      const records = this.take(most)
      if (records.length > 0) return records
      if (this.failure !== undefined) await this.failAt(from, this.failure)
      await this.arrival(signal)
    }
    return []
  }

  close(): void {
    this.at = undefined
    this.options.onClose(this)
  }

  /** Takes what was fetched at `offset`, unless the follower has gone elsewhere meanwhile. */
  accept(offset: number, messages: readonly InnerMessage[]): void {
    if (offset !== this.wanted) return
    // The first batch of an answer may begin before the offset that was asked for.
    const records = messages.filter((message) => !message.isControlRecord && Number(message.offset) >= offset).map(incoming)
    const first = records[0]
    if (first === undefined) return
    if (first.offset > offset && !this.options.compacted) return this.fail(new EventLogGap(this.goneText(offset, first.offset)))
    for (const record of records) this.bufferedBytes += record.value.byteLength
    this.buffer.push(...records)
    this.next = (records.at(-1)?.offset ?? offset) + 1
    this.wake?.()
  }

  fail(error: Error): void {
    this.failure = error
    this.wake?.()
  }

  /** kafkajs's own consumer goes silently to the first or last record when its offset is gone; here the bounds are asked before anything is read. */
  private async seek(from: number): Promise<void> {
    this.at = undefined
    this.buffer = []
    this.bufferedBytes = 0
    this.failure = undefined
    const { low, end } = await this.options.bounds()
    this.checkBounds(from, { low, end })
    this.next = Math.max(from, low)
    this.at = from
    this.options.onWanted()
  }

  private checkBounds(from: number, { low, end }: PartitionBounds): void {
    if (from > end) throw new EventLogGap(`${this.topic}/${this.partition} ends at offset ${end}, but this consumer stands at ${from}: is the log an older copy?`)
    if (from < low && !this.options.compacted) throw new EventLogGap(this.goneText(from, low))
  }

  private goneText(from: number, low: number): string {
    return `${this.topic}/${this.partition}: offsets ${from} to ${low - 1} are gone`
  }

  private async failAt(from: number, failure: Error): Promise<never> {
    this.at = undefined
    this.failure = undefined
    this.checkBounds(from, await this.options.bounds())
    throw failure
  }

  private take(most: number): StoredRecord[] {
    const wasFull = this.bufferedBytes >= AHEAD_BYTES
    const records = this.buffer.splice(0, most)
    const last = records.at(-1)
    if (last === undefined) return records
    for (const record of records) this.bufferedBytes -= record.value.byteLength
    this.at = last.offset + 1
    if (wasFull && this.bufferedBytes < AHEAD_BYTES) this.options.onWanted()
    return records
  }

  private arrival(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        signal.removeEventListener('abort', done)
        this.wake = undefined
        resolve()
      }
      signal.addEventListener('abort', done, { once: true })
      this.wake = done
    })
  }
}
