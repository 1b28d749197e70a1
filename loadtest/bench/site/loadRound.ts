import { requireAccepted } from '../load/accepted.ts'
import { sendAll } from '../load/closedLoop.ts'
import { cpuPerReading, type PartsCpu } from '../probes/partsCpu.ts'
import { sum } from '../statistics.ts'
import { BATCH, signedBatches, turn } from './batches.ts'
import type { BenchSite, BoundDevice } from './benchSite.ts'

/** Requests under way. */
const IN_FLIGHT = 16

export interface LoadRound {
  /** Accepted and in the ledger. */
  readonly perSecond: number
  readonly acceptedPerSecond: number
  /** CPU per reading, µs: the platform's process with all its threads. */
  readonly serverUs: number
  /** The same of each part of the deployment. */
  readonly partsUs: PartsCpu
  /** CPU per reading, µs: the load generator. */
  readonly generatorUs: number
  /** On the wire to the edge and back, without heads of answers, bytes per reading. */
  readonly requestBytes: number
  readonly answerBytes: number
  readonly leafHashes: readonly string[]
}

/**
 * Sends `count` readings in batches of 100, signed and made into requests before the clock starts, the devices in turn. The clock stops when the
 * sizes of the ledgers of all their chains cover all of them.
 */
export async function runLoad(site: BenchSite, devices: readonly BoundDevice[], count: number): Promise<LoadRound> {
  const { requests, readings } = signedBatches(devices, count)
  const sizes = await sizesAfter(site, devices, requests.length)
  const [before, generator, startMs] = [site.cpu(), process.cpuUsage(), performance.now()]
  const answers = await sendAll(site.port, requests, IN_FLIGHT)
  const acceptedMs = performance.now() - startMs
  for (const [chainId, size] of sizes) await site.untilLedgerHas(chainId, size)
  const totalMs = performance.now() - startMs
  const { user, system } = process.cpuUsage(generator)
  const partsUs = cpuPerReading(before, site.cpu(), readings.length)
  requireAccepted(answers)
  return {
    perSecond: (readings.length * 1_000) / totalMs,
    acceptedPerSecond: (readings.length * 1_000) / acceptedMs,
    serverUs: partsUs.services,
    partsUs,
    generatorUs: (user + system) / readings.length,
    requestBytes: sum(requests.map(({ length }) => length)) / readings.length,
    answerBytes: sum(answers.map(({ body }) => body.length)) / readings.length,
    leafHashes: readings.map(({ leafHash }) => leafHash),
  }
}

/** Of each chain, once all batches are in. */
export async function sizesAfter(site: BenchSite, devices: readonly BoundDevice[], batches: number): Promise<Map<string, number>> {
  const sizes = new Map<string, number>()
  for (const { chainId } of devices) if (!sizes.has(chainId)) sizes.set(chainId, await site.ledgerSize(chainId))
  for (let i = 0; i < batches; i++) {
    const { chainId } = turn(devices, i)
    sizes.set(chainId, (sizes.get(chainId) ?? 0) + BATCH)
  }
  return sizes
}
