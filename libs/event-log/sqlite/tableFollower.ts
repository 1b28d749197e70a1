import { EventLogUnavailable } from '../errors.ts'
import type { BatchHandler, OnError } from '../eventLog.ts'
import type { FollowerOptions } from './partitionFollower.ts'
import { PartitionFollower } from './partitionFollower.ts'

/** Records that a table's handler gets at once. */
const MAX_RECORDS = 500

type FollowerBase = Omit<FollowerOptions, 'maxRecords' | 'position' | 'onBatch' | 'onError'>

/** Follows one partition of a table: from the start of the log, with the position in memory. */
export class TableFollower extends PartitionFollower {
  /** The handler has seen all that was there at the start. */
  readonly ready: Promise<void>
  private readonly giveUp: (error: Error) => void

  constructor(base: FollowerBase, handlers: { onBatch: BatchHandler; onError: OnError }) {
    const endAtStart = base.reader.end(base.topic, base.partition)
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    let next = 0
    const reach = (offset: number): void => {
      next = offset
      if (next >= endAtStart) resolve()
    }
    reach(0)
    super({
      ...base,
      maxRecords: MAX_RECORDS,
      position: async () => next,
      onBatch: async (batch) => {
        await handlers.onBatch(batch)
        reach((batch.records.at(-1)?.offset ?? 0) + 1)
      },
      onError: handlers.onError,
    })
    promise.catch(() => undefined)
    this.ready = promise
    this.giveUp = reject
  }

  override async close(): Promise<void> {
    await super.close()
    this.giveUp(new EventLogUnavailable('The table was closed before it was ready'))
  }
}
