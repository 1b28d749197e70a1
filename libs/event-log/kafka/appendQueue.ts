import type { Appended, LogRecord } from '../eventLog.ts'

/** One call of `append` that waits. */
export interface WaitingAppend {
  readonly topic: string
  readonly partition: number
  readonly records: readonly LogRecord[]
  readonly bytes: number
  readonly resolve: (appended: Appended) => void
  readonly reject: (error: Error) => void
}

/** All appends of a flight that go to one partition: one batch of the broker, whole or not at all. */
export interface PartitionFlight {
  readonly topic: string
  readonly partition: number
  readonly appends: WaitingAppend[]
}

/** What waits for the next flight. */
export class AppendQueue {
  private readonly mostPerPartition: number
  private waiting: WaitingAppend[] = []

  constructor(mostPerPartitionBytes: number) {
    this.mostPerPartition = mostPerPartitionBytes
  }

  get isEmpty(): boolean {
    return this.waiting.length === 0
  }

  add(append: WaitingAppend): void {
    this.waiting.push(append)
  }

  takeAll(): WaitingAppend[] {
    return this.waiting.splice(0)
  }

  /** As much of each partition as one batch may hold, in order; what does not fit, and all of its partition after it, stays. */
  takeFlight(): PartitionFlight[] {
    const flights = new Map<string, PartitionFlight & { bytes: number; full: boolean }>()
    const staying: WaitingAppend[] = []
    for (const append of this.waiting) {
      const name = `${append.topic}/${append.partition}`
      const flight = flights.get(name) ?? { topic: append.topic, partition: append.partition, appends: [], bytes: 0, full: false }
      flights.set(name, flight)
      flight.full ||= flight.appends.length > 0 && flight.bytes + append.bytes > this.mostPerPartition
      if (flight.full) staying.push(append)
      else {
        flight.appends.push(append)
        flight.bytes += append.bytes
      }
    }
    this.waiting = staying
    return [...flights.values()]
  }
}
