import { EventLogGap } from '../errors.ts'
import type { StoredRecord } from '../eventLog.ts'
import type { PartitionSource } from '../follow/partitionSource.ts'
import type { LogReader } from './reader.ts'
import type { Wakeups } from './wakeups.ts'

export interface SqliteSourceOptions {
  readonly reader: LogReader
  readonly wakeups: Wakeups
  readonly topic: string
  readonly partition: number
  /** Where offsets may have gaps. */
  readonly compacted: boolean
}

/** A partition in the file. */
export class SqliteSource implements PartitionSource {
  readonly topic: string
  readonly partition: number
  private readonly options: SqliteSourceOptions

  constructor(options: SqliteSourceOptions) {
    this.options = options
    this.topic = options.topic
    this.partition = options.partition
  }

  async end(): Promise<number> {
    return this.options.reader.end(this.topic, this.partition)
  }

  async read(from: number, most: number, signal: AbortSignal): Promise<StoredRecord[]> {
    const { wakeups } = this.options
    const wake = (): void => wakeups.wake(this.topic, this.partition)
    signal.addEventListener('abort', wake, { once: true })
    try {
      while (!signal.aborted) {
        const records = this.readNow(from, most)
        if (records.length > 0) return records
        await wakeups.wait(this.topic, this.partition)
      }
      return []
    } finally {
      signal.removeEventListener('abort', wake)
    }
  }

  close(): void {}

  private readNow(next: number, most: number): StoredRecord[] {
    const { reader, compacted } = this.options
    const { topic, partition } = this
    const end = reader.end(topic, partition)
    if (next > end) throw new EventLogGap(`${topic}/${partition} ends at offset ${end}, but this consumer stands at ${next}: is the log an older copy?`)
    const records = reader.read(topic, partition, next, most)
    const first = records[0]?.offset ?? end
    if (first > next && !compacted) throw new EventLogGap(`${topic}/${partition}: offsets ${next} to ${first - 1} are gone`)
    return records
  }
}
