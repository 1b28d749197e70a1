import type { BackoffOptions } from '../backoff.ts'
import { EventLogUnavailable } from '../errors.ts'
import type { BatchHandler, OnError } from '../eventLog.ts'
import type { PartitionSource } from './partitionSource.ts'
import { PartitionFollower } from './partitionFollower.ts'

/** Records that a table's handler gets at once. */
const MAX_RECORDS = 500

export interface TableFollowerOptions {
  readonly source: PartitionSource
  readonly backoff: BackoffOptions
  readonly onBatch: BatchHandler
  readonly onError: OnError
}

/** Follows one partition of a table: from the start of the log, with the position in memory. */
export class TableFollower extends PartitionFollower {
  /** The handler has seen all that was there at the start. */
  readonly ready: Promise<void>
  private readonly giveUpReady: (error: Error) => void

  constructor({ source, backoff, onBatch, onError }: TableFollowerOptions) {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    let next = 0
    let endAtStart: number | undefined
    // Not "the last record was seen": compaction may have taken it since.
    const reach = (offset: number): void => {
      next = offset
      if (endAtStart !== undefined && next >= endAtStart) resolve()
    }
    const position = async (): Promise<number> => {
      endAtStart ??= await source.end()
      reach(next)
      return next
    }
    super({
      source,
      backoff,
      maxRecords: MAX_RECORDS,
      position,
      onBatch: async (batch) => {
        await onBatch(batch)
        reach((batch.records.at(-1)?.offset ?? 0) + 1)
      },
      onError,
    })
    promise.catch(() => undefined)
    this.ready = promise
    this.giveUpReady = reject
  }

  override async close(): Promise<void> {
    await super.close()
    this.giveUpReady(new EventLogUnavailable('The table was closed before it was ready'))
  }
}
