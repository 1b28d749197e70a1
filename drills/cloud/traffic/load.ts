import { pause } from '../../traffic.ts'
import type { Device } from './device.ts'

/** One that sends its next reading only when it has the promise for the last: the ledger must have them in this order. */
export class WaitingDevice {
  readonly device: Device
  readonly #done: Promise<void>
  #running = true

  constructor(device: Device, everyMs: number) {
    this.device = device
    this.#done = this.#run(everyMs)
  }

  /** Resolves once everything that was sent is acknowledged. */
  async stop(): Promise<void> {
    this.#running = false
    await this.#done
  }

  async #run(everyMs: number): Promise<void> {
    while (this.#running) {
      await this.device.deliver(this.device.sign(1))
      await pause(everyMs)
    }
  }
}

/** One that sends a batch at each tick, some before the last was answered. */
export class StreamingDevice {
  readonly device: Device
  readonly #open = new Set<Promise<void>>()
  readonly #ticker: NodeJS.Timeout

  constructor(device: Device, { batch, everyMs, mostOpen }: { batch: number; everyMs: number; mostOpen: number }) {
    this.device = device
    this.#ticker = setInterval(() => this.#open.size < mostOpen && this.#send(batch), everyMs)
  }

  async stop(): Promise<void> {
    clearInterval(this.#ticker)
    await Promise.all(this.#open)
  }

  #send(batch: number): void {
    const sending = this.device.deliver(this.device.sign(batch)).finally(() => this.#open.delete(sending))
    this.#open.add(sending)
  }
}
