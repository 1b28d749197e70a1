import { setTimeout as timer } from 'node:timers/promises'

export interface BackoffOptions {
  readonly firstMs: number
  readonly mostMs: number
}

/** Pauses that double up to a bound. The number of tries has none: whoever waits for a part that is down goes on when it is back. */
export class Backoff {
  private readonly options: BackoffOptions
  private nextMs: number

  constructor(options: BackoffOptions) {
    this.options = options
    this.nextMs = options.firstMs
  }

  reset(): void {
    this.nextMs = this.options.firstMs
  }

  /** Returns early, without an error, when the signal is aborted. */
  async pause(signal: AbortSignal): Promise<void> {
    const pauseMs = this.nextMs
    this.nextMs = Math.min(pauseMs * 2, this.options.mostMs)
    await timer(pauseMs, undefined, { signal }).catch(() => undefined)
  }
}
