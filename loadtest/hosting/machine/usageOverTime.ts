const EVERY_MS = 100

interface Look {
  /** ms since 1970. */
  readonly atMs: number
  readonly values: readonly number[]
}

/** What counters stood at by when, such as CPU time of a group: looked at while it runs, because afterwards nobody knows. */
export class UsageOverTime<Name extends string> implements Disposable {
  readonly #looks: Look[] = []
  readonly #counters: readonly [Name, () => number][]
  readonly #nowMs: () => number
  readonly #timer: NodeJS.Timeout

  /** @param nowMs a clock in ms since 1970 */
  constructor(counters: Readonly<Record<Name, () => number>>, nowMs: () => number = Date.now) {
    this.#nowMs = nowMs
    this.#counters = Object.entries(counters) as [Name, () => number][] // the keys are those of the parameter
    this.#look()
    this.#timer = setInterval(() => this.#look(), EVERY_MS)
  }

  /** How much each has grown between two times, ms since 1970; what was not seen is drawn as a straight line between two looks. */
  between(fromMs: number, toMs: number): Record<Name, number> {
    this.#look()
    return Object.fromEntries(this.#counters.map(([name], at) => [name, this.#valueAt(toMs, at) - this.#valueAt(fromMs, at)])) as Record<Name, number>
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
  }

  #look(): void {
    this.#looks.push({ atMs: this.#nowMs(), values: this.#counters.map(([, read]) => read()) })
  }

  #valueAt(atMs: number, counter: number): number {
    const after = this.#looks.findIndex((look) => look.atMs >= atMs)
    const [to, from] = [this.#looks[after], this.#looks[after - 1]]
    const value = (look: Look | undefined): number => look?.values[counter] ?? 0
    if (to === undefined) return value(this.#looks.at(-1))
    if (from === undefined) return value(to)
    return value(from) + ((value(to) - value(from)) * (atMs - from.atMs)) / (to.atMs - from.atMs)
  }
}
