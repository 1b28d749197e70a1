import { parentPort, workerData } from 'node:worker_threads'
import type { Schedule } from './pacer.ts'

const { startMs, intervalMs, ticks }: Schedule = workerData // made by pace()
const sleeper = new Int32Array(new SharedArrayBuffer(4))

for (let tick = 0; tick < ticks; tick++) {
  const waitMs = startMs + tick * intervalMs - (performance.timeOrigin + performance.now())
  if (waitMs > 0) Atomics.wait(sleeper, 0, 0, waitMs)
  parentPort?.postMessage(tick)
}
