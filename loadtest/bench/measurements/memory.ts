import { requireAccepted } from '../load/accepted.ts'
import { sendAtRate } from '../load/openLoop.ts'
import type { Measurement } from '../measurement.ts'
import { rssMbOf } from '../probes/processUsage.ts'
import { atMost } from '../row.ts'
import { BATCH, signedBatches } from '../site/batches.ts'
import { FogSite } from '../site/fogSite.ts'

const DEVICES = 10
const PER_SECOND = 1_000
const SAMPLE_MS = 200

/**
 * Resident memory of the platform's process without the engine (VmRSS of /proc/<pid>/status): 30 s after it is ready with one chain, and the
 * most that is seen while 1,000 readings/s come in.
 */
export const memory: Measurement = {
  name: 'memory',
  what: 'resident memory, idle and under load',
  async measure({ folder, quick, progress }) {
    await using site = await FogSite.start(folder)
    const chain = await site.chain()
    progress('idle')
    await pause(quick ? 1_000 : 30_000)
    const idleMb = rssMbOf(site.platform.pid)
    const devices = await site.devices(chain, DEVICES)
    const { requests } = signedBatches(devices, PER_SECOND * (quick ? 2 : 60))
    progress(`${PER_SECOND} readings/s`)
    const { answers, mostMb } = await sampled(site.platform.pid, () => sendAtRate(site.port, requests, PER_SECOND / BATCH))
    requireAccepted(answers)
    return [
      atMost(180, { name: 'memory, idle with one chain', value: idleMb, unit: 'MB', note: 'VmRSS of the platform without engine, 30 s after ready' }),
      atMost(280, { name: 'memory at 1,000 readings/s', value: mostMb, unit: 'MB', note: 'the most that was seen in 60 s' }),
    ]
  },
}

async function sampled<T>(pid: number, load: () => Promise<T>): Promise<{ answers: T; mostMb: number }> {
  let mostMb = rssMbOf(pid)
  const sampler = setInterval(() => (mostMb = Math.max(mostMb, rssMbOf(pid))), SAMPLE_MS)
  try {
    return { answers: await load(), mostMb }
  } finally {
    clearInterval(sampler)
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
