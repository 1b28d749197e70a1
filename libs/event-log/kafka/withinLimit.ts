import { setTimeout as timer } from 'node:timers/promises'

export class LimitReached extends Error {
  override name = 'LimitReached'
}

/** @throws LimitReached when it takes longer. The work itself goes on: whoever gives up on it throws away what it works with. */
export async function withinLimit<T>(limitMs: number, what: string, work: Promise<T>): Promise<T> {
  const stop = new AbortController()
  const late = timer(Math.max(limitMs, 0), undefined, { signal: stop.signal, ref: false }).then(() => {
    throw new LimitReached(`${what}: no answer within ${(limitMs / 1_000).toFixed(1)} s`)
  })
  late.catch(() => undefined)
  try {
    return await Promise.race([work, late])
  } finally {
    stop.abort()
  }
}
