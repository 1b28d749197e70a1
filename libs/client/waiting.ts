import { WaitLimitError } from './http/problemError.ts'
import type { Wait } from './http/retry.ts'

export interface WaitOptions {
  /** Longest wait, ms (default 60 s). */
  readonly limitMs?: number
  /** Between two looks, ms (default 100). */
  readonly everyMs?: number
}

/** Asks until there is an answer. Throws `WaitLimitError` at the limit; what `ask` throws ends the wait. */
export async function waitFor<T>(what: string, ask: () => Promise<T | undefined>, wait: Wait, { limitMs = 60_000, everyMs = 100 }: WaitOptions = {}): Promise<T> {
  // Counted in waits, not by a clock, so that a test with its own `wait` needs no clock. A hanging question ends by the transport's own limit.
  for (let waitedMs = 0; ; waitedMs += everyMs) {
    const answer = await ask()
    if (answer !== undefined) return answer
    if (waitedMs >= limitMs) throw new WaitLimitError(`${what} did not come within ${limitMs / 1_000} s`)
    await wait(everyMs)
  }
}
