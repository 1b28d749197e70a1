import { cpuUsOf } from '../../bench/probes/processUsage.ts'

const EVERY_MS = 100

interface Sample {
  /** ms since 1970. */
  readonly atMs: number
  readonly cpuUs: number
}

/** How much CPU a process has used by when; looked at while it runs, because afterwards nobody knows. */
export class GeneratorCpu implements Disposable {
  readonly #samples: Sample[] = []
  readonly #pid: number
  readonly #timer: NodeJS.Timeout

  constructor(pid: number) {
    this.#pid = pid
    this.#look()
    this.#timer = setInterval(() => this.#look(), EVERY_MS)
  }

  /** Between two times, µs; what was not seen is drawn as a straight line between two looks. */
  between(fromMs: number, toMs: number): number {
    return this.#usedBy(toMs) - this.#usedBy(fromMs)
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
  }

  #look(): void {
    try {
      this.#samples.push({ atMs: Date.now(), cpuUs: cpuUsOf(this.#pid) })
    } catch {
      clearInterval(this.#timer) // it has ended
    }
  }

  #usedBy(atMs: number): number {
    const after = this.#samples.findIndex((sample) => sample.atMs >= atMs)
    const [to, from] = [this.#samples[after], this.#samples[after - 1]]
    if (to === undefined) return this.#samples.at(-1)?.cpuUs ?? 0
    if (from === undefined) return to.cpuUs
    return from.cpuUs + ((to.cpuUs - from.cpuUs) * (atMs - from.atMs)) / (to.atMs - from.atMs)
  }
}
