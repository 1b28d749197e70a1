import type { BackoffOptions } from './backoff.ts'
import { Backoff } from './backoff.ts'
import type { EventLog } from './eventLog.ts'
import type { OutboxEntry } from './controlEvent.ts'

export interface OutboxRow extends OutboxEntry {
  /** Rises with the order of the commits of one service. */
  readonly id: number
}

export interface OutboxRepository {
  /** The oldest rows that are not published, in order of `id`. */
  next(limit: number): Promise<OutboxRow[]>
  /** Forgets all rows up to and with this id. */
  markPublished(upTo: number): Promise<void>
}

export interface OutboxOptions {
  readonly log: EventLog
  readonly repository: OutboxRepository
  /** Told of every failure, before the next try. */
  readonly onError: (error: unknown) => void
  /** 100 ms to 5 s. */
  readonly retry?: BackoffOptions
}

const ROWS_AT_ONCE = 200
const RETRY: BackoffOptions = { firstMs: 100, mostMs: 5_000 }
const utf8 = new TextEncoder()

/**
 * Publishes what the transactions of a service left in its outbox, in their order. A crash between the log and `markPublished` publishes
 * rows again, which is harmless: they go to compacted topics, and in order, so the last value of a key stays the last.
 */
export class OutboxPublisher {
  private readonly options: OutboxOptions
  private readonly backoff: Backoff
  private readonly stop = new AbortController()
  private wanted = false
  private running: Promise<void> | undefined

  constructor(options: OutboxOptions) {
    this.options = options
    this.backoff = new Backoff(options.retry ?? RETRY)
  }

  /** Call at start, for what a crash left, and after each transaction that wrote a row. Returns at once. */
  wake(): void {
    this.wanted = true
    if (this.running !== undefined || this.stop.signal.aborted) return
    this.running = this.run().finally(() => {
      this.running = undefined
      // A wake between the last look and this line.
      if (this.wanted) this.wake()
    })
  }

  /** Waits for the rows that are on their way. Rows that are left are published after the next start. */
  async close(): Promise<void> {
    this.stop.abort()
    await this.running
  }

  private async run(): Promise<void> {
    while (this.wanted && !this.stop.signal.aborted) {
      this.wanted = false
      try {
        await this.publishAll()
        this.backoff.reset()
      } catch (error) {
        this.wanted = true
        this.options.onError(error)
        await this.backoff.pause(this.stop.signal)
      }
    }
  }

  private async publishAll(): Promise<void> {
    while (!this.stop.signal.aborted) {
      const rows = await this.options.repository.next(ROWS_AT_ONCE)
      const last = rows.at(-1)
      if (last === undefined) return
      for (const run of runsOfOneTopic(rows)) await this.publish(run)
      await this.options.repository.markPublished(last.id)
    }
  }

  private async publish(run: TopicRun): Promise<void> {
    await this.options.log.append(run.topic, 0, run.rows.map(({ key, value }) => ({ key, value: utf8.encode(value) })))
  }
}

interface TopicRun {
  readonly topic: string
  readonly rows: OutboxRow[]
}

/** Neighbours of one topic go in one append; the order across topics stays. */
function runsOfOneTopic(rows: readonly OutboxRow[]): TopicRun[] {
  const runs: TopicRun[] = []
  for (const row of rows) {
    const run = runs.at(-1)
    if (run?.topic === row.topic) run.rows.push(row)
    else runs.push({ topic: row.topic, rows: [row] })
  }
  return runs
}
