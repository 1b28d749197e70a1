import type { BackoffOptions } from './backoff.ts'
import { Backoff } from './backoff.ts'
import type { EventLog } from './eventLog.ts'
import type { OutboxEntry } from './controlEvent.ts'

export interface OutboxRow extends OutboxEntry {
  /** Of one key it rises with the order of the commits; of several keys a lower one may be committed later. */
  readonly id: number
}

export interface OutboxRepository {
  /**
   * Hands the oldest rows to `publish`, in order of `id`, and forgets just these once it resolves. One process of a service publishes at a time;
   * `stillAlone` rejects when another may do so by now.
   * @returns how many there were; undefined when another process is publishing
   */
  publishNext(limit: number, publish: (rows: OutboxRow[], stillAlone: () => Promise<void>) => Promise<void>): Promise<number | undefined>
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
const LOOK_MS = 5_000
const RETRY: BackoffOptions = { firstMs: 100, mostMs: 5_000 }
/** Between two looks while another replica publishes. */
const OTHERS: BackoffOptions = { firstMs: 50, mostMs: 1_000 }
const utf8 = new TextEncoder()

/**
 * Publishes what the transactions of a service left in its outbox, in their order. A crash before they are forgotten publishes
 * rows again, which is harmless: they go to compacted topics, and in order, so the last value of a key stays the last.
 */
export class OutboxPublisher {
  private readonly options: OutboxOptions
  private readonly backoff: Backoff
  private readonly others = new Backoff(OTHERS)
  private readonly stop = new AbortController()
  private look: NodeJS.Timeout | undefined
  private wanted = false
  private running: Promise<void> | undefined

  constructor(options: OutboxOptions) {
    this.options = options
    this.backoff = new Backoff(options.retry ?? RETRY)
  }

  /** Call at start, for what a crash left, and after each transaction that wrote a row. Returns at once. From then on it also looks by itself: for rows of a replica that was killed. */
  wake(): void {
    this.look ??= setInterval(() => this.wake(), LOOK_MS).unref()
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
    clearInterval(this.look)
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
      const published = await this.options.repository.publishNext(ROWS_AT_ONCE, (rows, stillAlone) => this.publish(rows, stillAlone))
      if (published === 0) return
      // Another replica is at it: it may have looked before our rows were there, so we look again until there are none.
      if (published === undefined) await this.others.pause(this.stop.signal)
      else this.others.reset()
    }
  }

  private async publish(rows: readonly OutboxRow[], stillAlone: () => Promise<void>): Promise<void> {
    for (const run of runsOfOneTopic(rows)) {
      await stillAlone()
      await this.append(run)
    }
  }

  private async append(run: TopicRun): Promise<void> {
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
