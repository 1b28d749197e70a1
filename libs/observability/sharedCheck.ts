import type { ReadinessCheck } from './readiness.ts'

/**
 * However many ask, the check runs once in `forMs`, and never beside itself: a database that hangs is not asked by every probe again.
 * The answer of a run counts from its begin.
 */
export function sharedCheck(check: ReadinessCheck, forMs: number, nowMs: () => number = () => performance.now()): ReadinessCheck {
  let running: Promise<string | undefined> | undefined
  let begunMs = 0
  let ended = true
  return () => {
    if (running !== undefined && (!ended || nowMs() - begunMs < forMs)) return running
    begunMs = nowMs()
    ended = false
    running = Promise.resolve().then(check).finally(() => void (ended = true))
    return running
  }
}
