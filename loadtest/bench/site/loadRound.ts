import { requireAccepted } from '../load/accepted.ts'
import { sendAll } from '../load/closedLoop.ts'
import { cpuUsOf } from '../probes/processUsage.ts'
import { signedBatches } from './batches.ts'
import type { BenchSite, BoundDevice } from './benchSite.ts'

/** Requests under way. */
const IN_FLIGHT = 16

export interface LoadRound {
  /** Accepted and in the ledger. */
  readonly perSecond: number
  readonly acceptedPerSecond: number
  /** CPU per reading, µs: the platform's process with all its threads. */
  readonly serverUs: number
  /** CPU per reading, µs: the load generator. */
  readonly generatorUs: number
  readonly leafHashes: readonly string[]
}

/**
 * Sends `count` readings in batches of 100, signed and made into requests before the clock starts. The clock stops when the ledger's size
 * covers all of them.
 */
export async function runLoad(site: BenchSite, chainId: string, devices: readonly BoundDevice[], count: number): Promise<LoadRound> {
  const { requests, readings } = signedBatches(devices, count)
  const size = (await site.ledgerSize(chainId)) + readings.length
  const [server, generator, startMs] = [cpuUsOf(site.platform.pid), process.cpuUsage(), performance.now()]
  const answers = await sendAll(site.port, requests, IN_FLIGHT)
  const acceptedMs = performance.now() - startMs
  await site.untilLedgerHas(chainId, size)
  const totalMs = performance.now() - startMs
  const { user, system } = process.cpuUsage(generator)
  const serverUs = cpuUsOf(site.platform.pid) - server
  requireAccepted(answers)
  return {
    perSecond: (readings.length * 1_000) / totalMs,
    acceptedPerSecond: (readings.length * 1_000) / acceptedMs,
    serverUs: serverUs / readings.length,
    generatorUs: (user + system) / readings.length,
    leafHashes: readings.map(({ leafHash }) => leafHash),
  }
}
