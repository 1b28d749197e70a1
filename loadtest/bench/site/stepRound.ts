import { requireAccepted } from '../load/accepted.ts'
import { sendAll } from '../load/closedLoop.ts'
import { cpuPerReading, type PartsCpu } from '../probes/partsCpu.ts'
import { SequencedOffset } from '../probes/sequencedOffset.ts'
import { signedBatches } from './batches.ts'
import type { BoundDevice } from './benchSite.ts'
import type { CloudBenchSite } from './cloudBenchSite.ts'

const IN_FLIGHT = 16
const LOOK_EVERY_MS = 20
const LIMIT_MS = 120_000
/** The clock of the drain starts at the last look before so much was done: held still for long, the ledgers join their group anew first. */
const UNDER_WAY = 0.1

/** Each step alone, with the machine for itself. */
export interface StepRound {
  readonly acceptedPerSecond: number
  readonly acceptUs: PartsCpu
  readonly sequencedPerSecond: number
  readonly sequenceUs: PartsCpu
}

/** First the readings are accepted while the ledgers stand still, then the ledgers take them from the log while nothing comes in. */
export async function runSteps(site: CloudBenchSite, devices: readonly BoundDevice[], count: number): Promise<StepRound> {
  const { requests, readings } = signedBatches(devices, count)
  await using offset = await SequencedOffset.open(site)
  const from = await offset.read()
  site.pause('ledger')
  try {
    const [before, startMs] = [site.cpu(), performance.now()]
    const answers = await sendAll(site.port, requests, IN_FLIGHT)
    const acceptedMs = performance.now() - startMs
    const accepted = site.cpu()
    requireAccepted(answers)
    site.resume('ledger')
    const sequencedPerSecond = await drainRate(offset, from, readings.length)
    return {
      acceptedPerSecond: (readings.length * 1_000) / acceptedMs,
      acceptUs: cpuPerReading(before, accepted, readings.length),
      sequencedPerSecond,
      sequenceUs: cpuPerReading(accepted, site.cpu(), readings.length),
    }
  } finally {
    site.resume('ledger')
  }
}

async function drainRate(offset: SequencedOffset, from: number, readings: number): Promise<number> {
  const look = async () => ({ done: (await offset.read()) - from, atMs: performance.now() })
  let began = await look()
  const endMs = began.atMs + LIMIT_MS
  for (let now = began; now.atMs < endMs; now = await look()) {
    if (now.done < readings * UNDER_WAY) began = now
    if (now.done >= readings) return ((now.done - began.done) * 1_000) / (now.atMs - began.atMs)
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
  }
  throw new Error(`the ledgers have not taken ${readings} readings from the log within ${LIMIT_MS / 1_000} s`)
}
