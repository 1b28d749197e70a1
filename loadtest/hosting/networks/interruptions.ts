import type { ToxicLink } from '@brume/testing'
import { setTimeout as timer } from 'node:timers/promises'
import type { AccessProfile } from './networkProfile.ts'

/** Ends early, without an error, when the signal is aborted. */
export type Pause = (ms: number, signal: AbortSignal) => Promise<void>

const systemPause: Pause = (ms, signal) => timer(ms, undefined, { signal }).catch(() => undefined)

/** A link, as far as it is interrupted. */
export type Interruptible = Pick<ToxicLink, 'hold' | 'release'>

/**
 * Interrupts a link on schedule while the work runs: first it is there, then it is not, and so on. What is sent meanwhile waits, as TCP has it over a radio
 * link that is gone for a moment. When the work has ended, well or not, the link is there again.
 */
export async function interruptedDuring<T>(link: Interruptible, drops: AccessProfile['drops'], work: () => Promise<T>, pause: Pause = systemPause): Promise<T> {
  if (drops === undefined) return work()
  const ending = new AbortController()
  const interrupting = interrupt(link, { thereMs: drops.everyMs.value - drops.forMs.value, goneMs: drops.forMs.value }, ending.signal, pause)
  interrupting.catch(() => undefined) // heard below, once the work has ended
  try {
    return await work()
  } finally {
    ending.abort()
    // One that failed makes what was measured worthless: nobody knows what it met.
    await interrupting
  }
}

async function interrupt(link: Interruptible, { thereMs, goneMs }: { readonly thereMs: number; readonly goneMs: number }, signal: AbortSignal, pause: Pause): Promise<void> {
  while (!signal.aborted) {
    await pause(thereMs, signal)
    if (signal.aborted) return
    await link.hold()
    await pause(goneMs, signal)
    await link.release()
  }
}
