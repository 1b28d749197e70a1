import { ProblemError } from './problemError.ts'

/** Resolves after so many ms. A test gives its own, so that it never waits. */
export type Wait = (ms: number) => Promise<void>

export const realWait: Wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

export interface RetryPolicy {
  /** Tries in all, the first one included. */
  readonly attempts: number
  /** Before the second try, ms; doubles with each. */
  readonly firstDelayMs: number
  /** Longest that is waited before a try, also when the service asks for more: then the refusal is handed on. */
  readonly longestDelayMs: number
}

export const defaultRetry: RetryPolicy = { attempts: 5, firstDelayMs: 100, longestDelayMs: 5_000 }

/** Statuses that a later try can mend; 502 and 504 are a proxy's, before or after the service has seen the request. */
const passing: ReadonlySet<number> = new Set([429, 502, 503, 504])

/** Tries again what may be repeated: when no answer came, or one that says "later". The caller vouches that a repetition does no harm. */
export async function withRetries<T>(policy: RetryPolicy, wait: Wait, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      const delayMs = attempt < policy.attempts ? delayBefore(error, attempt, policy) : undefined
      if (delayMs === undefined) throw error
      await wait(delayMs)
    }
  }
}

/** Undefined: another try cannot help, or not soon enough. */
function delayBefore(error: unknown, attempt: number, { firstDelayMs, longestDelayMs }: RetryPolicy): number | undefined {
  if (!isPassing(error)) return undefined
  const ownMs = Math.min(firstDelayMs * 2 ** (attempt - 1), longestDelayMs)
  const askedMs = error instanceof ProblemError ? (error.retryAfterMs ?? 0) : 0
  return askedMs > longestDelayMs ? undefined : Math.max(ownMs, askedMs)
}

function isPassing(error: unknown): boolean {
  if (error instanceof ProblemError) return passing.has(error.status) || error.code === 'idempotency-key-running'
  // fetch: TypeError when the network fails (WHATWG Fetch), TimeoutError from AbortSignal.timeout.
  return error instanceof TypeError || (error instanceof DOMException && error.name === 'TimeoutError')
}
