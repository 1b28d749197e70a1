import { constants } from 'node:os'
import type { Platform } from './platform.ts'

type EndingPlatform = Pick<Platform, 'stop' | 'ending'> & { readonly logger: Pick<Platform['logger'], 'error'> }

/** From the signal to the end, `DRAIN_GRACE_MS` included: what Kubernetes and `npm run cloud` wait for at least. */
const STOP_LIMIT_MS = 10_000
/** One Ctrl-C arrives twice: the terminal sends it to the whole group, and npm passes its own on. */
const SAME_SIGNAL_MS = 500

export interface ProcessLifeOptions {
  /** Default: this process. */
  readonly signals?: Pick<NodeJS.EventEmitter, 'on'>
  readonly exit?: (code: number) => void
}

/**
 * What signals do. Before the platform runs they end the process at once, as they do by default but for process 1 of a container: nothing was promised yet.
 * After that the first one drains, and a second one ends at once.
 */
export class ProcessLife {
  readonly #exit: (code: number) => void
  #platform: EndingPlatform | undefined
  #endingSinceMs: number | undefined

  constructor({ signals = process, exit = process.exit }: ProcessLifeOptions = {}) {
    this.#exit = exit
    for (const signal of ['SIGINT', 'SIGTERM'] as const) signals.on(signal, () => this.#on(signal))
  }

  runs(platform: EndingPlatform): void {
    this.#platform = platform
  }

  #on(signal: 'SIGINT' | 'SIGTERM'): void {
    const nowMs = performance.now()
    if (this.#endingSinceMs !== undefined && nowMs - this.#endingSinceMs < SAME_SIGNAL_MS) return
    if (this.#platform === undefined || this.#endingSinceMs !== undefined) return this.#exit(128 + constants.signals[signal])
    this.#endingSinceMs = nowMs
    void this.#end(this.#platform)
  }

  async #end(platform: EndingPlatform): Promise<void> {
    const limit = setTimeout(() => this.#cut(platform), STOP_LIMIT_MS)
    // The step that failed is in the log.
    const exitCode = await platform.stop().then(() => 0, () => 1)
    clearTimeout(limit)
    this.#exit(exitCode)
  }

  #cut({ logger, ending }: EndingPlatform): void {
    logger.error({ msg: `not ended within ${STOP_LIMIT_MS / 1_000} s, cut`, ...ending() })
    this.#exit(1)
  }
}
