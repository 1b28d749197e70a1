import { kindOf, type Duel, type DuelPoint, type Verdict } from './duel.ts'

/** A verdict with numbers. */
export type Numbered = Extract<Verdict, { readonly byMs: number }>

/** What a duel would come to at a delay that was not measured. */
export interface Computed {
  readonly regionMs: number
  readonly load: number
  /** The measured network that it is computed from. */
  readonly from: string
  readonly verdict: Numbered
}

type Anchored = DuelPoint & { readonly verdict: Numbered }

/** Delays of the grid, ms there and back; those above the longest measured one are left out: beyond it nothing was seen. */
const grid = [0, 1, 2, 5, 10, 20, 50, 100, 150, 200, 300]

/**
 * Latency at another delay = latency at the nearest measured delay + the difference of the two delays, because a delay is met once by each request on an open
 * connection and the load comes by the clock, not by the answers. The interval moves along. Only from verdicts with numbers: where the nearest measured
 * point has none, there is no computed one either. A network that is measured at some of the loads only, to show something else such as a link that drops,
 * is not computed from.
 */
export function computedAt(duel: Duel, load: number, delayMs: number): Computed | undefined {
  const nearest = nearestPoint(duel, load, delayMs)
  if (nearest === undefined || !hasNumbers(nearest)) return undefined
  return { regionMs: delayMs, load, from: nearest.network, verdict: moved(nearest.verdict, delayMs - nearest.regionMs) }
}

export function gridOf({ longestMs }: Duel): number[] {
  return grid.filter((delayMs) => delayMs <= longestMs)
}

function nearestPoint(duel: Duel, load: number, delayMs: number): DuelPoint | undefined {
  return pointsToComputeFrom(duel, load).toSorted((a, b) => Math.abs(a.regionMs - delayMs) - Math.abs(b.regionMs - delayMs))[0]
}

/** At one load, by delay: of networks that are measured at every load of the duel; of all, where none is. */
export function pointsToComputeFrom({ points, loads }: Duel, load: number): DuelPoint[] {
  const atLoad = points.filter((point) => point.load === load).toSorted((a, b) => a.regionMs - b.regionMs)
  const whole = atLoad.filter(({ network }) => loads.every((other) => points.some((point) => point.network === network && point.load === other)))
  return whole.length === 0 ? atLoad : whole
}

export function hasNumbers(point: DuelPoint): point is Anchored {
  return 'byMs' in point.verdict
}

function moved({ byMs, lowMs, highMs }: Numbered, byDelayMs: number): Numbered {
  const [low, high] = [lowMs + byDelayMs, highMs + byDelayMs]
  return { kind: kindOf(low, high), byMs: byMs + byDelayMs, lowMs: low, highMs: high }
}
