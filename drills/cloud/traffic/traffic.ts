import type { PoolDevice } from '@brume/testing'
import { Availability } from './availability.ts'
import { Device, type Surroundings } from './device.ts'
import { StreamingDevice, WaitingDevice } from './load.ts'
import { PromiseBook } from './promiseBook.ts'

/** Each. The number of devices bounds the rate, so that a drill measures faults and not load. */
const STREAM = { batch: 10, everyMs: 500, mostOpen: 4 }

export interface WaitingOptions extends PoolDevice {
  readonly everyMs: number
}

export interface TrafficOptions {
  readonly url: () => string
  readonly waiting: readonly WaitingOptions[]
  readonly streaming: readonly PoolDevice[]
}

/** Where the books stood at a moment. */
export interface Mark {
  readonly promised: number
  readonly refused: Readonly<Record<string, number>>
  readonly wrong: number
}

/** All devices of a drill, and what they were promised. */
export class Traffic implements AsyncDisposable {
  readonly book = new PromiseBook()
  readonly availability = new Availability()
  readonly waiting: readonly WaitingDevice[]
  readonly #streaming: readonly StreamingDevice[]

  constructor({ url, waiting, streaming }: TrafficOptions) {
    const around: Surroundings = { url, book: this.book, availability: this.availability }
    this.waiting = waiting.map(({ everyMs, ...device }) => new WaitingDevice(new Device(device, around), everyMs))
    this.#streaming = streaming.map((device) => new StreamingDevice(new Device(device, around), STREAM))
  }

  mark(): Mark {
    return { promised: this.book.promised.length, refused: this.book.refused, wrong: this.book.wrong.length }
  }

  /** Whether every device has a promise that it had not at the mark. */
  allAnswered(since: Mark): boolean {
    const answered = new Set(this.book.promised.slice(since.promised).map(({ device }) => device))
    return [...this.waiting, ...this.#streaming].every(({ device }) => answered.has(device.id))
  }

  /** Resolves once everything that was sent is acknowledged. */
  async stop(): Promise<void> {
    await Promise.all([...this.waiting, ...this.#streaming].map((one) => one.stop()))
  }

  /** Also where the platform never answers again. */
  [Symbol.asyncDispose](): Promise<void> {
    for (const { device } of [...this.waiting, ...this.#streaming]) device.giveUp()
    return this.stop()
  }
}
