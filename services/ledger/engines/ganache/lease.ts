/** Node fires a longer timer at once. */
const longestTimerMs = 2 ** 31 - 1

/**
 * Ends an engine that nobody calls any more: the platform may have been killed and never started again. A running platform renews the lease
 * with every heartbeat.
 */
export class Lease {
  readonly #lengthMs: number
  readonly #onExpired: () => void
  #lastUsed = performance.now()

  constructor(lengthMs: number, onExpired: () => void) {
    this.#lengthMs = Math.min(lengthMs, longestTimerMs)
    this.#onExpired = onExpired
    this.#checkIn(this.#lengthMs)
  }

  renew(): void {
    this.#lastUsed = performance.now()
  }

  #checkIn(afterMs: number): void {
    setTimeout(() => {
      const leftMs = this.#lastUsed + this.#lengthMs - performance.now()
      if (leftMs > 0) this.#checkIn(Math.ceil(leftMs))
      else this.#onExpired()
    }, afterMs)
  }
}
