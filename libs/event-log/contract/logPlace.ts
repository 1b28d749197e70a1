import type { EventLog, LogRecord, StoredRecord } from '../eventLog.ts'
import type { Topics } from '../topics.ts'

/** What the contract is tested on: one topic of each kind. */
export const QUEUE = 'queue'
export const TABLE = 'table'
export const contractTopics = {
  [QUEUE]: { partitions: 4, compacted: false, what: 'Records of a queue' },
  [TABLE]: { partitions: 1, compacted: true, what: 'States by key' },
} as const satisfies Topics

export interface OpenOptions {
  readonly maxQueueBytes?: number
}

/** Where one log is; each opening is what a process of its own would see. Openings are closed with the test. */
export interface LogPlace {
  open(options?: OpenOptions): Promise<EventLog>
  /** Deletes the records of a queue's partition before this offset, as an operator or a retention would. */
  deleteBefore(partition: number, offset: number): Promise<void>
}

/** A new, empty place. */
export type NewPlace = () => Promise<LogPlace>

/** For what is waited for in these tests. */
export const limit = { timeout: 30_000, interval: 5 }

export function textRecord(value: string, key = 'key'): LogRecord {
  return { key, value: Buffer.from(value) }
}

export function textOf(record: StoredRecord): string {
  return Buffer.from(record.value).toString()
}
