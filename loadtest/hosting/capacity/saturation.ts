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
  readonly roundS: number
  readonly signal: AbortSignal
}

export interface Saturation {
  /** Requests per second, the median of the last rounds. */
  readonly perS: number
  /** The last ones: earlier ones still warmed it up. */
  readonly rounds: readonly number[]
}

/**
 * Enough that every part has something to put together: with 64, two of five fresh clouds on one core came to 260 and 380 a second, the others to 710 to 1,150, and more
 * than that was then accepted in an open model, which past saturation has hundreds under way. Few enough that nothing is refused for being too many.
 */
const IN_FLIGHT = 256
const FIRST_EXCHANGES = 64
/** Rounds that count, and how many there may be until so many agree. */
const ROUNDS = 3
const MOST_ROUNDS = 7
/** The fastest of them is at most so much faster than the slowest. */
const AGREE = 1.15
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
export async function saturation(target: SaturationTarget, { roundS, signal }: SaturationOptions): Promise<Saturation> {
  let perS = await warmUp(target, roundS / 2, signal)
  const rates: number[] = []
  while (rates.length < MOST_ROUNDS && !agree(rates)) {
    signal.throwIfAborted()
    perS = await rateOf(target, exchangesFor(perS, roundS))
    rates.push(perS)
  }
  const rounds = rates.slice(-ROUNDS)
  return { perS: median(rounds), rounds }
}

/** A runtime that compiles what it runs often (Node's, and Java's for many seconds) grows faster meanwhile: a rate that still rises is not what it bears. */
function agree(rates: readonly number[]): boolean {
  const last = rates.slice(-ROUNDS)
  return last.length === ROUNDS && Math.max(...last) <= AGREE * Math.min(...last)
}

/** Doubles the number until a round takes `untilS`, so that all of them together take about twice as much. @returns the last one's rate */
export async function warmUp(target: SaturationTarget, untilS: number, signal: AbortSignal): Promise<number> {
  for (let exchanges = FIRST_EXCHANGES; ; exchanges *= 2) {
    signal.throwIfAborted()
    const perS = await rateOf(target, exchanges)
    if (exchanges / perS >= untilS || exchanges * 2 > MOST_EXCHANGES) return perS
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
