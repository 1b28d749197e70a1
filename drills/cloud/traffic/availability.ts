/** The longest times without any promise, for all devices together and for the one that waited longest, since `restart`. Times in ms of one clock. */
export class Availability {
  readonly #lastOf = new Map<string, number>()
  readonly #longestOf = new Map<string, number>()

  /** From here on, as if every device had just been answered. */
  restart(nowMs: number): void {
    for (const device of this.#lastOf.keys()) this.#lastOf.set(device, nowMs)
    this.#longestOf.clear()
  }

  accepted(device: string, nowMs: number): void {
    for (const name of [device, ALL]) {
      this.#longestOf.set(name, Math.max(this.#longestOf.get(name) ?? 0, this.#sinceMs(name, nowMs)))
      this.#lastOf.set(name, nowMs)
    }
  }

  /** Longest time without any accepted reading, the one that still lasts included. */
  unavailableMs(nowMs: number): number {
    return this.#longest(ALL, nowMs)
  }

  /** The same for the device that waited longest. */
  longestPauseMs(nowMs: number): number {
    return Math.max(0, ...[...this.#lastOf.keys()].map((device) => this.#longest(device, nowMs)))
  }

  #longest(name: string, nowMs: number): number {
    return Math.max(this.#longestOf.get(name) ?? 0, this.#sinceMs(name, nowMs))
  }

  #sinceMs(name: string, nowMs: number): number {
    return nowMs - (this.#lastOf.get(name) ?? nowMs)
  }
}

/** No device is called so. */
const ALL = ''
