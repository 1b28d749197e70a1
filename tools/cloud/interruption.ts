/** A terminal sends Ctrl-C to npm and to us, and npm hands its own on: two signals, one wish. Within so long, ms. */
const SAME_WISH_MS = 500

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** The first Ctrl-C asks for an end in order, the next for an end at once. */
export class Interruption {
  readonly #asking = new AbortController()
  /** Resolves at the first. */
  readonly asked: Promise<void>

  constructor(atOnce: () => void, emitter: NodeJS.EventEmitter = process, nowMs: () => number = () => performance.now()) {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.asked = promise
    let askedAtMs: number | undefined
    const hear = (): void => {
      if (askedAtMs !== undefined) return void (nowMs() - askedAtMs > SAME_WISH_MS && atOnce())
      askedAtMs = nowMs()
      this.#asking.abort()
      resolve()
    }
    for (const name of SIGNALS) emitter.on(name, hear)
  }

  /** Aborted at the first. */
  get signal(): AbortSignal {
    return this.#asking.signal
  }
}
