/** The longest time in which something could not be read. */
export class Sight {
  #lastMs = performance.now()
  #longest: Blindness = { ms: 0, why: '' }

  saw(): void {
    this.#note('')
    this.#lastMs = performance.now()
  }

  failed(error: unknown): void {
    this.#note(error instanceof Error ? error.message.slice(0, 200) : String(error))
  }

  /** Since the last call, and what the last failure of that time was. */
  take(): Blindness {
    const taken = this.#longest
    this.#longest = { ms: 0, why: '' }
    return taken
  }

  #note(why: string): void {
    const ms = performance.now() - this.#lastMs
    if (ms > this.#longest.ms) this.#longest = { ms, why: why || this.#longest.why }
  }
}

export interface Blindness {
  readonly ms: number
  readonly why: string
}
