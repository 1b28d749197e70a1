/** How requests arrive: at a constant rate, whether or not earlier ones have been answered (open model). Read by k6 and by who reads its records. */
export interface Arrivals {
  readonly ratePerS: number
  /** Before the measured time, at the same rate; not counted. */
  readonly warmUpS: number
  readonly measuredS: number
}

/** k6 takes whole rates: so they are per 1,000 s. */
export const TIME_UNIT_S = 1_000
const NS_PER_MS = 1_000_000

export function ratePerTimeUnit(ratePerS: number): number {
  const rate = Math.round(ratePerS * TIME_UNIT_S)
  if (!(rate >= 1)) throw new RangeError(`${ratePerS} requests/s is no rate: at least one in ${TIME_UNIT_S} s`)
  return rate
}

/** Between two arrivals, exactly as k6 has it: whole nanoseconds, cut (getTickerPeriod in lib/executor/helpers.go). */
export function periodMs(ratePerS: number): number {
  return Math.floor((TIME_UNIT_S * 1_000 * NS_PER_MS) / ratePerTimeUnit(ratePerS)) / NS_PER_MS
}

/** Arrivals before the measured time: the one at its begin is the first that counts. */
export function warmUpTicks({ ratePerS, warmUpS }: Arrivals): number {
  return Math.ceil((warmUpS * ratePerTimeUnit(ratePerS)) / TIME_UNIT_S)
}

export function ticks({ ratePerS, warmUpS, measuredS }: Arrivals): number {
  return Math.ceil(((warmUpS + measuredS) * ratePerTimeUnit(ratePerS)) / TIME_UNIT_S)
}

/** Ends half a period after the last arrival, so that it is certain which one is the last. */
export function durationMs(arrivals: Arrivals): number {
  return (ticks(arrivals) - 0.5) * periodMs(arrivals.ratePerS)
}
