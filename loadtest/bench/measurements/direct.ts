import type { ChainResource } from '@brume/client'
import { requireAccepted } from '../load/accepted.ts'
import { sendAll } from '../load/closedLoop.ts'
import type { BenchContext, Measurement } from '../measurement.ts'
import { atLeast, reported } from '../row.ts'
import { signedBatches } from '../site/batches.ts'
import { FogSite } from '../site/fogSite.ts'
import { RawEngine } from '../site/rawEngine.ts'
import { median } from '../statistics.ts'

const ROUNDS = 3
const IN_FLIGHT = 4
const FINAL_LIMIT_MS = 300_000
/** A batched chain is so much faster that it needs more readings for a time that can be measured. */
const BATCHED_TIMES = 20

/**
 * A direct chain, from the first request until the last reading's own transaction is final and its evidence stored. The same engine raw: a second
 * one of the same settings, the same kind of transactions signed beforehand, sent over the same socket until all are in blocks; one call each
 * with 64 under way, and batches of 32 with 4 under way: the faster way counts. Every round has a fresh engine.
 */
export const direct: Measurement = {
  name: 'direct',
  what: 'direct mode against the raw engine',
  async measure(context) {
    const readings = context.quick ? 100 : 1_500
    const [single, batched, ours] = [new Array<number>(), new Array<number>(), new Array<number>()]
    for (let i = 0; i < ROUNDS; i++) {
      single.push(await rawRate(context.folder, readings, (engine, raw) => engine.send(raw)))
      batched.push(await rawRate(context.folder, readings, (engine, raw) => engine.sendBatches(raw, 32, 4)))
      ours.push(await finalRate(context, 'direct', readings))
      context.progress(`round ${i + 1} of ${ROUNDS}: raw ${round(single.at(-1))} and ${round(batched.at(-1))}, direct chain ${round(ours.at(-1))} readings/s`)
    }
    const raw = median(single) > median(batched) ? single : batched
    const anchored = await finalRate(context, 'batched', readings * BATCHED_TIMES)
    return [
      reported({ name: 'engine raw, one call each, 64 under way', value: single, unit: 'readings/s' }),
      reported({ name: 'engine raw, batches of 32, 4 under way', value: batched, unit: 'readings/s' }),
      reported({ name: 'direct mode, final on chain', value: ours, unit: 'readings/s' }),
      atLeast(0.9, { name: 'direct mode over the engine raw', value: median(ours) / median(raw), unit: '×', note: 'medians; the faster raw way' }),
      reported({ name: 'batched mode, final on chain', value: anchored, unit: 'readings/s' }),
      reported({ name: 'batched over direct', value: anchored / median(ours), unit: '×' }),
    ]
  },
}

async function rawRate(folder: string, count: number, send: (engine: RawEngine, raw: readonly string[]) => Promise<void>): Promise<number> {
  await using engine = await RawEngine.start(folder)
  const raw = await engine.signRecords(count)
  const startMs = performance.now()
  await send(engine, raw)
  const tookMs = performance.now() - startMs
  const recorded = await engine.recorded()
  if (recorded !== count) throw new Error(`the engine has recorded ${recorded} of ${count} readings`)
  return (count * 1_000) / tookMs
}

async function finalRate({ folder }: BenchContext, writeMode: ChainResource['writeMode'], count: number): Promise<number> {
  await using site = await FogSite.start(folder)
  const chain = await site.chain({ writeMode, anchoring: { maxDelayMs: 100 } })
  const { requests, readings } = signedBatches(await site.devices(chain, 2), count)
  const last = readings.at(-1)?.leafHash ?? ''
  const startMs = performance.now()
  const answers = await sendAll(site.port, requests, IN_FLIGHT)
  await site.client.waitForAnchor(chain.id, last, { limitMs: FINAL_LIMIT_MS, everyMs: 25 })
  const tookMs = performance.now() - startMs
  requireAccepted(answers)
  return (readings.length * 1_000) / tookMs
}

function round(value: number | undefined): number {
  return Math.round(value ?? 0)
}
