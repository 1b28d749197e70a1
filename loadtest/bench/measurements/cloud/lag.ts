import { waitUntil } from '@brume/testing'
import { requireAccepted } from '../../load/accepted.ts'
import { sendAtRate, type TimedAnswer } from '../../load/openLoop.ts'
import type { BenchContext, Measurement } from '../../measurement.ts'
import { atMost, reported, type Row } from '../../row.ts'
import { BATCH, signedBatches } from '../../site/batches.ts'
import type { BoundDevice } from '../../site/benchSite.ts'
import { CloudBenchSite, PARTITIONS } from '../../site/cloudBenchSite.ts'
import { runLoad, sizesAfter } from '../../site/loadRound.ts'
import { percentile, sum } from '../../statistics.ts'

const DEVICES_PER_CHAIN = 3
const PER_SECOND = 1_000
const ASKED_S = 45
const LOOK_EVERY_MS = 500
/** The load has ended long before: whoever is not there by then does not come back. */
const LIMIT_MS = 180_000

interface Times {
  readonly beforeS: number
  readonly pausedS: number
  /** The load goes on for so long after the ledgers do. */
  readonly afterS: number
}

interface Drained {
  /** Accepted while the ledgers stood still. */
  readonly behind: number
  readonly tookS: number
  readonly inLedger: number
}

/**
 * 1,000 readings/s in batches of 100, at fixed times (open model), over four chains. All ledger replicas are held still for 60 s (SIGSTOP: longer than
 * the session of their group, so that they come back as members that were given up). Then they go on, and so does the load: the time until the
 * ledgers, asked through the public API, have all that has been accepted by then.
 */
export const lag: Measurement = {
  name: 'lag',
  what: 'ledgers held still for 60 s at 1,000 readings/s',
  async measure(context) {
    const times: Times = context.quick ? { beforeS: 1, pausedS: 8, afterS: 12 } : { beforeS: 5, pausedS: 60, afterS: 60 }
    await using site = await CloudBenchSite.start(context.folder, context)
    const devices = await site.chainsWithDevices(PARTITIONS, DEVICES_PER_CHAIN)
    await runLoad(site, devices, context.quick ? 1_000 : 10_000) // warms up
    const { drained, answers } = await drainUnderLoad(site, devices, times, context)
    return rowsOf(drained, answers, times)
  },
}

async function drainUnderLoad(site: CloudBenchSite, devices: readonly BoundDevice[], times: Times, { progress }: BenchContext): Promise<{ drained: Drained; answers: readonly TimedAnswer[] }> {
  const { requests } = signedBatches(devices, PER_SECOND * (times.beforeS + times.pausedS + times.afterS))
  const whole = await sizesAfter(site, devices, requests.length)
  const sizeBefore = sum([...whole.values()]) - requests.length * BATCH
  let accepted = 0
  const load = sendAtRate(site.port, requests, PER_SECOND / BATCH, ({ status }) => void (accepted += status === 202 ? BATCH : 0))
  load.catch(() => undefined) // awaited below, when the drain is over
  await pause(times.beforeS * 1_000)
  site.pause('ledger')
  const acceptedBefore = accepted
  progress(`the ledgers stand still for ${times.pausedS} s`)
  await pause(times.pausedS * 1_000)
  const behind = accepted - acceptedBefore
  site.resume('ledger')
  const { tookS, inLedger } = await untilDrained(site, [...whole.keys()], () => sizeBefore + accepted, progress)
  const answers = await load
  for (const [chainId, size] of whole) await site.untilLedgerHas(chainId, size) // nothing is lost
  return { drained: { behind, tookS, inLedger: inLedger - sizeBefore - acceptedBefore }, answers }
}

/** @param due how many entries all ledgers should have by now */
async function untilDrained(site: CloudBenchSite, chains: readonly string[], due: () => number, progress: BenchContext['progress']): Promise<{ tookS: number; inLedger: number }> {
  const startMs = performance.now()
  // The edge answers 503 until it has seen a ledger ready again: waitUntil asks again.
  return waitUntil('the end of the backlog', async () => {
    const wanted = due()
    const inLedger = sum(await Promise.all(chains.map((id) => site.ledgerSize(id))))
    const tookS = (performance.now() - startMs) / 1_000
    if (inLedger >= wanted) return { tookS, inLedger }
    progress(`${tookS.toFixed(1)} s: ${wanted - inLedger} behind`)
    return undefined
  }, { limitMs: LIMIT_MS, everyMs: LOOK_EVERY_MS })
}

function rowsOf({ behind, tookS, inLedger }: Drained, answers: readonly TimedAnswer[], { beforeS, pausedS, afterS }: Times): Row[] {
  requireAccepted(answers)
  const latencies = (fromS: number, toS: number) => answers.slice((fromS * PER_SECOND) / BATCH, (toS * PER_SECOND) / BATCH).map(({ latencyMs }) => latencyMs)
  return [
    reported({ name: 'accepted while the ledgers stood still', value: behind, unit: 'readings', note: `${pausedS} s` }),
    atMost(ASKED_S, { name: 'nothing behind any more after', value: tookS, unit: 's', note: `while ${PER_SECOND} readings/s go on${tookS > afterS ? `, for ${afterS} s` : ''}; the group's rebalance is part of it` }),
    reported({ name: 'sequenced meanwhile', value: inLedger / tookS, unit: 'readings/s' }),
    reported({ name: 'to the promises of a batch while the ledgers stood still, p99', value: percentile(latencies(beforeS, beforeS + pausedS), 0.99), unit: 'ms' }),
    reported({ name: 'to the promises of a batch after that, p99', value: percentile(latencies(beforeS + pausedS, beforeS + pausedS + afterS), 0.99), unit: 'ms' }),
  ]
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
