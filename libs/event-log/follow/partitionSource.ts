import type { StoredRecord } from '../eventLog.ts'

/** One partition as a follower reads it, whichever log has it. */
export interface PartitionSource {
  readonly topic: string
  readonly partition: number
  /** The offset that the next record will get. */
  end(): Promise<number>
  /**
   * Waits until there is something from `from` on, then gives the next 1 to `most` records. Empty only when the signal is aborted.
   *
   * @throws EventLogGap when the log does not have the record at `from` and never will
   */
  read(from: number, most: number, signal: AbortSignal): Promise<StoredRecord[]>
  close(): void
}
