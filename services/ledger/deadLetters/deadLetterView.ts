import { DEAD_LETTERS, storedLetter, type EventLog, type RecordBatch, type StoredLetter } from '@brume/event-log'
import type { Metrics } from '@brume/observability'
import { BoundedLetters, type LetterBounds } from './boundedLetters.ts'

export interface DeadLetterViewDeps {
  readonly eventLog: EventLog
  readonly metrics: Metrics
  readonly bounds?: LetterBounds
}

/** Some 500 bytes each; 2.5 KB where key and reason have all that their bounds allow. */
const BOUNDS: LetterBounds = { mostOpen: 5_000, mostClosed: 1_000 }
/** Records read at once when letters that found no room are looked for. */
const REFILL_RECORDS = 200

/**
 * What the topic of dead letters holds, without the values. Bounded: open letters beyond the bound stay on the topic only, and are read from
 * there once half of those kept are closed.
 */
export class DeadLetterView {
  private readonly bounds: LetterBounds
  private letters: BoundedLetters
  private next = 0
  private readonly waiters = new Set<() => void>()
  private readonly open
  private readonly unreadable

  constructor(private readonly deps: DeadLetterViewDeps) {
    this.bounds = deps.bounds ?? BOUNDS
    this.letters = new BoundedLetters(this.bounds)
    this.open = deps.metrics.gauge('deadletters', 'open', 'records', { help: 'Records that did not parse and were not replayed yet: an alert' })
    this.unreadable = deps.metrics.counter('deadletters', 'unreadable', { help: 'Records on the topic of dead letters that are no letters' })
  }

  /** Handed the same batch again after a failure, it ends the same. */
  async apply(batch: RecordBatch): Promise<void> {
    const letters = batch.records.map((record) => storedLetter(record)).filter((letter) => letter !== undefined)
    for (const letter of letters) this.letters.set(letter)
    this.unreadable.inc(batch.records.length - letters.length)
    this.next = Math.max(this.next, (batch.records.at(-1)?.offset ?? -1) + 1)
    if (this.letters.overflowed && this.letters.openCount <= this.bounds.mostOpen / 2) await this.refill()
    this.open.set(this.letters.openCount)
    for (const wake of [...this.waiters]) wake()
  }

  get(id: string): StoredLetter | undefined {
    return this.letters.get(id)
  }

  all(): StoredLetter[] {
    return this.letters.all()
  }

  /** No open letter is missing here. */
  get complete(): boolean {
    return !this.letters.overflowed
  }

  /** @returns whether everything before `offset` of the topic was seen within `limitMs` */
  reached(offset: number, limitMs: number): Promise<boolean> {
    if (this.next >= offset) return Promise.resolve(true)
    return new Promise((resolve) => {
      const settle = (seen: boolean): void => {
        clearTimeout(timer)
        this.waiters.delete(look)
        resolve(seen)
      }
      const look = (): void => void (this.next >= offset && settle(true))
      const timer = setTimeout(() => settle(false), limitMs)
      this.waiters.add(look)
    })
  }

  private async refill(): Promise<void> {
    const letters = new BoundedLetters(this.bounds)
    for (let at = 0; at < this.next;) {
      const records = await this.deps.eventLog.readFrom(DEAD_LETTERS, 0, at, REFILL_RECORDS)
      for (const letter of records.map((record) => storedLetter(record))) if (letter !== undefined && letter.storedAt < this.next) letters.set(letter)
      at = (records.at(-1)?.offset ?? this.next) + 1
    }
    this.letters = letters
  }
}
