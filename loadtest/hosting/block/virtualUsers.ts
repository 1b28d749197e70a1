import type { Network } from '../networks/index.ts'
import type { AchievedDelay, Workload } from '../model/index.ts'

export interface RequestsUnderWay {
  readonly ratePerS: number
  readonly workload: Workload
  readonly delay: AchievedDelay
  readonly network: Network
}

/** What a server may take beyond the network before a request finds no virtual user, s. */
const SERVER_S = 1
/** Until a direct chain's reading is in a final block, and somebody who asks has seen it, s. */
const IN_BLOCK_S = 2
/** A chain's size and then the page: two requests. */
const ROUND_TRIPS: Readonly<Record<Workload, number>> = { 'reading': 1, 'readings-10': 1, 'readings-100': 1, 'latest': 2, 'proof': 1, 'in-block': 2 }
const FEWEST = 20
/**
 * k6 makes each before the start, with memory and a connection of its own. What needs more is past saturation: then arrivals find none free, and count as slower
 * than all others.
 */
const MOST = 800

/** Requests that are under way at once are their rate times the time of each (Little, A proof for the queuing formula L = λW, 1961). */
export function virtualUsers({ ratePerS, workload, delay: { achievedMs }, network: { access } }: RequestsUnderWay): number {
  const cutS = (access.drops?.forMs.value ?? 0) / 1_000
  const eachS = (ROUND_TRIPS[workload] * achievedMs) / 1_000 + cutS + (workload === 'in-block' ? IN_BLOCK_S : SERVER_S)
  return Math.min(MOST, Math.max(FEWEST, Math.ceil(ratePerS * eachS)))
}
