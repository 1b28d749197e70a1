import { setTimeout as delay } from 'node:timers/promises'
import { EngineFailed } from './engine.ts'

const pollMs = 20
const killedWithinMs = 5_000

/**
 * SIGTERM, and SIGKILL for what is still there after `graceMs`. `isIt` is asked before each signal, because a pid may belong to another
 * process by then.
 */
export async function stopProcess(pid: number, isIt: () => boolean, graceMs: number): Promise<void> {
  for (const [signal, limitMs] of [['SIGTERM', graceMs], ['SIGKILL', killedWithinMs]] as const) {
    if (!isIt()) return
    send(pid, signal)
    if (await isGone(isIt, limitMs)) return
  }
  throw new EngineFailed(`process ${pid} is still there ${killedWithinMs} ms after SIGKILL`)
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

async function isGone(isIt: () => boolean, limitMs: number): Promise<boolean> {
  const deadline = performance.now() + limitMs
  while (isIt()) {
    if (performance.now() >= deadline) return false
    await delay(pollMs)
  }
  return true
}
