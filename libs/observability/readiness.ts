/** Undefined when it is well, else what is waited for, in words for an operator. */
export type ReadinessCheck = () => string | undefined | Promise<string | undefined>

export interface Waiting {
  readonly part: string
  readonly why: string
}

export interface ReadinessReport {
  /** Why no request should be sent here; empty when ready. */
  readonly waitingFor: readonly Waiting[]
  /** What a person should look at, though requests are served. */
  readonly attention: readonly Waiting[]
}

/** What must hold before this process takes requests. Each part registers itself. */
export class Readiness {
  readonly #checks = new Map<string, ReadinessCheck>()
  readonly #notes = new Map<string, ReadinessCheck>()
  readonly #limitMs: number
  #draining = false

  /** `limitMs`: longest that one check may take (default 1 s). */
  constructor(limitMs = 1_000) {
    this.#limitMs = limitMs
  }

  /** Gives back what removes the check. */
  register(part: string, check: ReadinessCheck): () => void {
    return put(this.#checks, part, check)
  }

  /** What the check says is shown, and keeps no request away: taking every replica out would not mend it. Gives back what removes it. */
  watch(part: string, check: ReadinessCheck): () => void {
    return put(this.#notes, part, check)
  }

  /** From now on never ready: whoever routes requests sends them elsewhere. */
  drain(): void {
    this.#draining = true
  }

  get draining(): boolean {
    return this.#draining
  }

  /** Empty when ready. */
  async waitingFor(): Promise<Waiting[]> {
    const waiting = await this.#askAll(this.#checks)
    return this.#draining ? [{ part: 'process', why: 'draining: it ends once what it has taken is done' }, ...waiting] : waiting
  }

  async report(): Promise<ReadinessReport> {
    const [waitingFor, attention] = await Promise.all([this.waitingFor(), this.#askAll(this.#notes)])
    return { waitingFor, attention }
  }

  async #askAll(checks: ReadonlyMap<string, ReadinessCheck>): Promise<Waiting[]> {
    const answers = await Promise.all([...checks].map(async ([part, check]) => ({ part, why: await this.#ask(check) })))
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

function put(checks: Map<string, ReadinessCheck>, part: string, check: ReadinessCheck): () => void {
  if (checks.has(part)) throw new Error(`readiness of ${part} is registered twice`)
  checks.set(part, check)
  return () => void checks.delete(part)
}
