import { outcomes, type Outcome, type RequestColumns } from '../model/index.ts'
import { periodMs, ticks, warmUpTicks, type Arrivals } from '../../scenarios/arrivals.ts'
import { intendedTicks } from './intendedTicks.ts'
import { loadStartMs } from './loadStart.ts'
import type { RequestRecord } from './requestRecord.ts'
import type { ServerTimes } from './serverTimes.ts'

/** A reading that was accepted and whose trace was sampled: where its spans are found, and what the device saw. */
export interface TracedReading extends ServerTimes {
  /** 32 hex digits. */
  readonly traceId: string
  /** ms since 1970, with parts of ms. */
  readonly intendedAtMs: number
  /** From the intended time to the whole answer with the promise, µs. */
  readonly totalUs: number
}

export interface MeasuredRequests {
  readonly columns: RequestColumns
  /** Problem type, or what went wrong on the way → how many. */
  readonly refusals: Readonly<Record<string, number>>
  readonly traced: readonly TracedReading[]
  /** Arrivals for which no virtual user was free. */
  readonly dropped: number
  /** ms since 1970. */
  readonly measuredFromMs: number
}

/** Leaves the warm-up out; arrivals that have no record were dropped. */
export function measuredRequests(records: readonly RequestRecord[], arrivals: Arrivals): MeasuredRequests {
  if (records.length === 0) throw new RangeError('there are no requests')
  const ordered = records.toSorted((a, b) => a.iteration - b.iteration)
  const [first, all, periodUs, startMs] = [warmUpTicks(arrivals), ticks(arrivals), periodMs(arrivals.ratePerS) * 1_000, loadStartMs(records)]
  const found = intendedTicks(ordered.map(({ iteration }) => iteration), ordered.map(({ startUs }) => startUs), periodUs, all)
  const measured = new Measured(all - first, periodUs, startMs + (first * periodUs) / 1_000)
  ordered.forEach((record, i) => {
    const tick = found[i] ?? 0
    if (tick >= first && tick < all) measured.add(tick - first, record, Math.max(0, record.startUs - tick * periodUs))
  })
  return measured.done()
}

class Measured {
  readonly #columns: RequestColumns
  readonly #refusals = new Map<string, number>()
  readonly #traced: TracedReading[] = []
  readonly #beganMs: number

  constructor(length: number, periodUs: number, beganMs: number) {
    this.#beganMs = beganMs
    const unknown = (): Float64Array => new Float64Array(length).fill(Number.NaN)
    this.#columns = {
      intendedUs: Float64Array.from({ length }, (_, i) => i * periodUs), lateUs: unknown(), totalUs: unknown(), outcome: new Uint8Array(length).fill(outcomes.indexOf('late')),
      parseUs: unknown(), verifyUs: unknown(), appendUs: unknown(), promiseUs: unknown(), serverUs: unknown(),
    }
  }

  add(row: number, record: RequestRecord, lateUs: number): void {
    const { elapsedUs, answeredUs, server, problem } = record
    const outcome = outcomeOf(record)
    const untilBlock = answeredUs !== elapsedUs
    // What the server took for the reading itself is no part of a time that goes on until there is a block.
    const values = { lateUs, totalUs: lateUs + elapsedUs, outcome: outcomes.indexOf(outcome), ...server, ...(untilBlock && { serverUs: Number.NaN }) }
    for (const name of names(values)) this.#columns[name][row] = values[name]
    if (outcome !== 'accepted') this.#refusals.set(problem ?? 'unknown', (this.#refusals.get(problem ?? 'unknown') ?? 0) + 1)
    if (outcome === 'accepted') this.#trace(row, record, lateUs)
  }

  done(): MeasuredRequests {
    const late = outcomes.indexOf('late')
    const dropped = this.#columns.outcome.reduce((count, outcome) => count + Number(outcome === late), 0)
    return { columns: this.#columns, refusals: Object.fromEntries(this.#refusals), traced: this.#traced, dropped, measuredFromMs: this.#beganMs }
  }

  #trace(row: number, { traceId, answeredUs, server }: RequestRecord, lateUs: number): void {
    const intendedUs = this.#columns.intendedUs[row]
    if (traceId === undefined || intendedUs === undefined) return
    this.#traced.push({ traceId, intendedAtMs: this.#beganMs + intendedUs / 1_000, totalUs: lateUs + answeredUs, ...server })
  }
}

function outcomeOf({ status, problem }: RequestRecord): Outcome {
  if (status === 0) return 'failed'
  return problem === undefined ? 'accepted' : 'refused'
}

/** Object.keys forgets them. */
function names<Values extends object>(values: Values): (keyof Values)[] {
  return Object.keys(values) as (keyof Values)[]
}
