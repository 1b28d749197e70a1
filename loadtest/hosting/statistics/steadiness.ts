import { outcomes, type RequestColumns } from '../model/index.ts'
import { mannKendall } from './mannKendall.ts'
import { quantileOf } from './percentile.ts'
import { FEWEST_SLICES, sliceMedians } from './slices.ts'

export interface Steadiness {
  readonly steady: boolean
  /** Each reason why not, in words; empty where it is. */
  readonly why: readonly string[]
}

/** What was asked of the generator. Without it, the measured time ends with the last request, and its rate is believed. */
export interface Offered {
  readonly measuredS: number
  readonly offeredPerS: number
}

/** A trend is one when series without it look so less often than this, and it is large enough to matter. */
const CHANCE = 0.01
const CHANGED_BY = 1.25
/** Answers that come later by so much for each second are those of a backlog that grows. */
const LATER_PER_S = 0.02
/** Of what was offered; less is not the load that the cell is named for. */
const ACCEPTED_SHARE = 0.99
const GENERATED_SHARE = 0.98
const ACCEPTED = outcomes.indexOf('accepted')

/**
 * Whether the measured time shows one state of the system, so that a percentile of it means something: what was offered was sent and accepted, and latency
 * neither rises nor falls. With millions of requests any test finds a trend, with few it finds none; so it must be both significant (by rank, on medians of
 * slices, which depend on each other less than requests do) and large: a quarter of the latency, or a backlog that grows. By Little's law (Operations Research
 * 9, 1961) the backlog is rate × latency: at a constant rate a latency that grows by s seconds per second is a backlog that keeps s / (1 + s) of what comes.
 */
export function steadiness(columns: RequestColumns, offered?: Offered): Steadiness {
  const measuredS = offered?.measuredS ?? Math.max(0, columns.intendedUs.at(-1) ?? 0) / 1_000_000
  const why = [...notGenerated(columns, offered), ...notAccepted(columns), ...trend(sliceMedians(columns, measuredS), measuredS)]
  return { steady: why.length === 0, why }
}

function notGenerated({ intendedUs }: RequestColumns, offered: Offered | undefined): string[] {
  if (!offered) return []
  const asked = offered.measuredS * offered.offeredPerS
  const share = intendedUs.length / asked
  // One request more or less is how the ends of the measured time fall.
  return share >= GENERATED_SHARE || asked - intendedUs.length <= 1 ? [] : [`only ${percent(share)} of the ${Math.round(asked)} requests that were asked for are in the records`]
}

function notAccepted({ outcome }: RequestColumns): string[] {
  const share = outcome.filter((index) => index === ACCEPTED).length / Math.max(1, outcome.length)
  return share >= ACCEPTED_SHARE ? [] : [`only ${percent(share)} of what was offered was accepted`]
}

function trend(medians: readonly number[], measuredS: number): string[] {
  if (medians.length < FEWEST_SLICES) return [`too few requests to see a trend: they fall in ${medians.length} of ${FEWEST_SLICES} parts of the measured time`]
  const third = Math.floor(medians.length / 3)
  const [first, last] = [middleOf(medians.slice(0, third)), middleOf(medians.slice(-third))]
  if (first === last || mannKendall(medians).chance >= CHANCE) return []
  const betweenS = measuredS * (1 - third / medians.length)
  return [...changed(first, last), ...backlog((last - first) / 1_000_000 / betweenS)]
}

function changed(first: number, last: number): string[] {
  const rises = last > first
  const ratio = rises ? last / first : first / last
  return ratio < CHANGED_BY ? [] : [`latency ${rises ? 'rises' : 'falls'} within the measured time, from ${ms(first)} to ${ms(last)}`]
}

function backlog(laterPerS: number): string[] {
  if (laterPerS < LATER_PER_S) return []
  return [`the backlog grows by ${Number.isFinite(laterPerS) ? percent(laterPerS / (1 + laterPerS)) : 'all'} of what comes`]
}

function middleOf(medians: readonly number[]): number {
  return quantileOf(Float64Array.from(medians).sort(), 0.5)
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`
}

function ms(us: number): string {
  return Number.isFinite(us) ? `${Number((us / 1_000).toPrecision(3))} ms` : 'none'
}
