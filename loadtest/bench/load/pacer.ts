import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'

export interface Schedule {
  /** `performance.timeOrigin + performance.now()` of the first tick, ms. */
  readonly startMs: number
  readonly intervalMs: number
  readonly ticks: number
}

/**
 * Calls `onTick` at times that are fixed beforehand. Node's timers count whole milliseconds and are up to one late, which is half of what is
 * measured here: so a thread of its own sleeps on a futex and sends a message at each time.
 */
export function pace(schedule: Schedule, onTick: (tick: number) => void): Promise<void> {
  const thread = new Worker(new URL(`./pacerThread${extname(import.meta.url)}`, import.meta.url), { workerData: schedule })
  return new Promise((resolve, reject) => {
    thread.on('message', onTick)
    thread.on('error', reject)
    thread.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`the pacer ended with ${code}`))))
  })
}

/** The clock that schedules are in: the same for all threads of a process. */
export function nowMs(): number {
  return performance.timeOrigin + performance.now()
}
