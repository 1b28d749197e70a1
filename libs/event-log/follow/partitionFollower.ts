import { setImmediate as nextTurn } from 'node:timers/promises'
import type { BackoffOptions } from '../backoff.ts'
import { Backoff } from '../backoff.ts'
import { PartitionHalted } from '../errors.ts'
import type { BatchHandler, OnError, PartitionState, PartitionStatus, StoredRecord } from '../eventLog.ts'
import type { PartitionSource } from './partitionSource.ts'

export interface FollowerOptions {
  readonly source: PartitionSource
  readonly backoff: BackoffOptions
  readonly maxRecords: number
  readonly assigned?: () => Promise<void>
  readonly revoked?: () => Promise<void>
  readonly position: () => Promise<number>
  readonly onBatch: BatchHandler
  readonly onError: OnError
}

/** Hands one partition to one handler, batch after batch, for as long as this process holds it. Both modes of every log stand on it. */
export class PartitionFollower {
  private readonly options: FollowerOptions
  private readonly stop = new AbortController()
  private readonly backoff: Backoff
  private readonly running: Promise<void>
  private state: PartitionState = 'following'
  private isAssigned = false
  private offset: number | undefined
  private error: unknown

  constructor(options: FollowerOptions) {
    this.options = options
    this.backoff = new Backoff(options.backoff)
    this.running = this.run()
  }

  status(): PartitionStatus {
    return { partition: this.options.source.partition, state: this.state, offset: this.offset, error: this.error }
  }

  /** Waits for the handler that runs, then for `revoked`. */
  async close(): Promise<void> {
    this.stop.abort()
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
    // A halted partition is still held: only when it is given up is it revoked.
    if (!this.stop.signal.aborted) await new Promise((resolve) => this.stop.signal.addEventListener('abort', resolve, { once: true }))
    this.options.source.close()
    await this.giveUp()
  }

  private async giveUp(): Promise<void> {
    try {
      await this.options.revoked?.()
    } catch (error) {
      // Nothing depends on it: the epoch keeps this process out, whether it has said goodbye or not.
      this.options.onError(error, this.options.source.partition)
    }
    if (this.state !== 'halted') this.state = 'closed'
  }

  private mayGoOn(): boolean {
    return !this.stop.signal.aborted && this.state !== 'halted'
  }

  private fail(error: unknown): void {
    this.error = error
    this.state = error instanceof PartitionHalted ? 'halted' : 'retrying'
    this.options.onError(error, this.options.source.partition)
  }

  private async follow(): Promise<void> {
    const { source, maxRecords } = this.options
    await this.assign()
    let next = await this.options.position()
    this.offset = next
    while (this.mayGoOn()) {
      const records = await source.read(next, maxRecords, this.stop.signal)
      if (records.length > 0 && this.mayGoOn()) next = await this.deliver(records)
    }
  }

  private async assign(): Promise<void> {
    if (this.isAssigned) return
    await this.options.assigned?.()
    this.isAssigned = true
  }

  private async deliver(records: StoredRecord[]): Promise<number> {
    const { source: { topic, partition }, onBatch } = this.options
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
}
