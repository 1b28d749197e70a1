/** Undefined when it is well, else what is waited for, in words for an operator. */
export type ReadinessCheck = () => string | undefined | Promise<string | undefined>

export interface Waiting {
  readonly part: string
  readonly why: string
}

/** What must hold before this process takes requests. Each part registers itself. */
export class Readiness {
  readonly #checks = new Map<string, ReadinessCheck>()
  readonly #limitMs: number

  /** `limitMs`: longest that one check may take (default 1 s). */
  constructor(limitMs = 1_000) {
    this.#limitMs = limitMs
  }

  /** Gives back what removes the check. */
  register(part: string, check: ReadinessCheck): () => void {
    if (this.#checks.has(part)) throw new Error(`readiness of ${part} is registered twice`)
    this.#checks.set(part, check)
    return () => void this.#checks.delete(part)
  }

  /** Empty when ready. */
  async waitingFor(): Promise<Waiting[]> {
    const answers = await Promise.all([...this.#checks].map(async ([part, check]) => ({ part, why: await this.#ask(check) })))
    return answers.flatMap(({ part, why }) => (why === undefined ? [] : [{ part, why }]))
  }

  async #ask(check: ReadinessCheck): Promise<string | undefined> {
    const { promise: limit, resolve } = Promise.withResolvers<string>()
    const timer = setTimeout(() => resolve(`did not answer within ${this.#limitMs} ms`), this.#limitMs)
    try {
      return await Promise.race([check(), limit])
    } catch (error) {
      return `failed: ${error instanceof Error ? error.message : String(error)}`
    } finally {
      clearTimeout(timer)
    }
  }
}
