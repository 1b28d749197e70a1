import { ReadingPool, samplePayload, type PoolDevice, type SignedReading } from '@brume/testing'
import { pause } from '../../traffic.ts'
import type { Availability } from './availability.ts'
import type { PromiseBook } from './promiseBook.ts'
import { postReadings, type Outcome } from './readingPost.ts'

export interface Surroundings {
  readonly url: () => string
  readonly book: PromiseBook
  readonly availability: Availability
}

const RETRY_MS = 200

interface Signed extends SignedReading {
  readonly seq: number
}

/** A device that never gives up: it sends the same bytes again until they are acknowledged. */
export class Device {
  readonly id: string
  readonly chain: string
  readonly #pool: ReadingPool
  readonly #around: Surroundings
  #seq = 0
  #gaveUp = false

  constructor(device: PoolDevice, around: Surroundings) {
    this.id = device.device
    this.chain = device.chain
    this.#pool = new ReadingPool(device)
    this.#around = around
  }

  sign(count: number): Signed[] {
    return Array.from({ length: count }, () => {
      const seq = this.#seq++
      return { seq, ...this.#pool.next(samplePayload(seq), 1_700_000_000 + seq) }
    })
  }

  /** Switched off: what is not acknowledged never will be. */
  giveUp(): void {
    this.#gaveUp = true
  }

  /** Resolves once all are acknowledged, or have got an answer that no correct device gets. */
  async deliver(readings: readonly Signed[]): Promise<void> {
    for (let open = readings; !this.#gaveUp; await pause(RETRY_MS)) {
      const outcomes = await postReadings(this.#around.url(), open)
      this.#note(open, outcomes)
      open = open.filter((_, at) => outcomes[at]?.kind === 'refused')
      if (open.length === 0) return
    }
  }

  #note(readings: readonly Signed[], outcomes: readonly Outcome[]): void {
    const { book, availability } = this.#around
    const numbers = new Map<number, number>()
    readings.forEach(({ seq, leafHash }, at) => {
      const outcome = outcomes[at]
      if (outcome === undefined || outcome.kind === 'wrong') return void book.wrong.push(outcome?.what ?? 'no outcome')
      if (outcome.kind === 'refused') return book.refuse(outcome.why, 1)
      const promise = numbers.get(outcome.promise) ?? book.nextPromise()
      numbers.set(outcome.promise, promise)
      book.promised.push({ chain: this.chain, device: this.id, seq, leafHash, promise, anchorByMs: outcome.anchorByMs })
    })
    if (numbers.size > 0) availability.accepted(this.id, performance.now())
  }
}
