import { inClosedLoop } from '../../bench/load/closedLoop.ts'
import type { HttpResponse } from '../../bench/load/httpConnection.ts'
import { median } from '../../bench/statistics.ts'
import type { Exchange } from './exchange.ts'

/** What is brought to saturation: one placement, write mode and workload. */
export interface SaturationTarget {
  /** Where requests go: over the plain loopback, without any delay on the way. */
  readonly port: number
  /** Everything that so many exchanges need; what must be signed is signed here, before the clock starts. */
  prepare(exchanges: number): Exchange | Promise<Exchange>
  /** Everything that was accepted until now is done: see {@link saturation}. */
  untilDone(): Promise<void>
}

export interface SaturationOptions {
  readonly rounds: number
  readonly roundS: number
  readonly signal: AbortSignal
}

export interface Saturation {
  /** Requests per second, the median of the rounds. */
  readonly perS: number
  readonly rounds: readonly number[]
}

/** Enough that a group commit of the log has something to group and no part waits for the next request; few enough that nothing is refused for being too many. */
const IN_FLIGHT = 64
const FIRST_EXCHANGES = 64
/** A round shorter than this says little: the next one is longer. */
const SHORTEST_S = 0.5
/** Of one round: bounds what is signed ahead and held in memory. */
const MOST_EXCHANGES = 60_000
/** What a system refuses in a closed loop, it refuses for another reason than load that it cannot bear. */
const FEWEST_ACCEPTED = 0.99

/**
 * The highest rate that lasts. Closed loop: always so many requests under way, so that the system is never idle and never has more than it can hold.
 * The clock of a round stops when all of it is done, not when all of it has been answered: what was promised must also be in the ledger, and on a direct
 * chain in a final block. A rate at which the ledger falls behind ingest is thus no capacity: the time to make up for it counts. The parts share the CPU
 * of the system, so all requests of a round over all of its time is the rate at which none of them would fall behind.
 */
export async function saturation(target: SaturationTarget, { rounds, roundS, signal }: SaturationOptions): Promise<Saturation> {
  let perS = await warmUp(target, signal)
  const rates: number[] = []
  while (rates.length < rounds) {
    signal.throwIfAborted()
    perS = await rateOf(target, exchangesFor(perS, roundS))
    rates.push(perS)
  }
  return { perS: median(rates), rounds: rates }
}

/** Doubles the number until a round is long enough to say how many make one of the length that is asked for; meanwhile the system grows warm. */
export async function warmUp(target: SaturationTarget, signal: AbortSignal): Promise<number> {
  for (let exchanges = FIRST_EXCHANGES; ; exchanges *= 2) {
    signal.throwIfAborted()
    const perS = await rateOf(target, exchanges)
    if (exchanges / perS >= SHORTEST_S || exchanges * 2 > MOST_EXCHANGES) return perS
  }
}

function exchangesFor(perS: number, roundS: number): number {
  return Math.min(MOST_EXCHANGES, Math.max(FIRST_EXCHANGES, Math.round(perS * roundS)))
}

async function rateOf(target: SaturationTarget, exchanges: number): Promise<number> {
  const exchange = await target.prepare(exchanges)
  const startMs = performance.now()
  const answers = await inClosedLoop(target.port, exchanges, Math.min(IN_FLIGHT, exchanges), exchange)
  await target.untilDone()
  return acceptedOf(answers) / ((performance.now() - startMs) / 1_000)
}

function acceptedOf(answers: readonly HttpResponse[]): number {
  const other = answers.filter(({ status }) => status < 200 || status >= 300)
  if (other.length <= answers.length * (1 - FEWEST_ACCEPTED)) return answers.length - other.length
  const [first] = other
  throw new Error(`${other.length} of ${answers.length} requests in a closed loop were not accepted, so there is no capacity to measure; the first was answered ${first?.status}: ${first?.body.toString('utf8').slice(0, 300)}`)
}
