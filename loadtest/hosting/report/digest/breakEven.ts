import { computedAt, hasNumbers, pointsToComputeFrom } from './computedDelay.ts'
import type { Duel } from './duel.ts'

/** The delay of the cloud from which on a fog box is faster. Computed, as {@link computedAt} says. */
export type BreakEven =
  | { readonly kind: 'at'; readonly delayMs: number; readonly lowMs: number; readonly highMs: number }
  /** Somewhere below: how far below is not decided. */
  | { readonly kind: 'at most'; readonly highMs: number }
  /** Measured at both ends, and what is computed from either does not meet in between. */
  | { readonly kind: 'between'; readonly lowMs: number; readonly highMs: number }
  /** At every delay from 0 to the longest measured one. */
  | { readonly kind: 'fog always' | 'rival always' | 'not decided' }

/**
 * From each measured point the two placements meet where its difference is used up: at its delay less what the fog is ahead by. That counts if no other
 * measured point is nearer to it. Where several count, because networks differ in more than their delay, the interval holds them all.
 */
export function breakEven(duel: Duel, load: number): BreakEven {
  const meetings = meetingsOf(duel, load)
  const [first] = meetings
  if (first === undefined) return between(duel, load) ?? everywhere(duel, load)
  return { kind: 'at', delayMs: first.delayMs, lowMs: Math.min(...meetings.map(({ lowMs }) => lowMs)), highMs: Math.max(...meetings.map(({ highMs }) => highMs)) }
}

type Meeting = Extract<BreakEven, { kind: 'at' }>

function meetingsOf(duel: Duel, load: number): Meeting[] {
  return pointsToComputeFrom(duel, load).filter(hasNumbers).flatMap(({ network, regionMs, verdict }) => {
    const delayMs = regionMs - verdict.byMs
    const counts = delayMs >= 0 && delayMs <= duel.longestMs && computedAt(duel, load, delayMs)?.from === network
    // An interval without ends, as of one repetition, would say that it meets anywhere.
    return counts && Number.isFinite(verdict.lowMs) && Number.isFinite(verdict.highMs) ? [{ kind: 'at' as const, delayMs, lowMs: regionMs - verdict.highMs, highMs: regionMs - verdict.lowMs }] : []
  }).toSorted((a, b) => a.delayMs - b.delayMs)
}

/** Neighbours in delay of which the nearer lost and the farther won. */
function between(duel: Duel, load: number): BreakEven | undefined {
  const points = pointsToComputeFrom(duel, load)
  const at = points.findIndex(({ verdict }, index) => verdict.kind === 'rival' && points[index + 1]?.verdict.kind === 'fog')
  const [low, high] = [points[at], points[at + 1]]
  return low === undefined || high === undefined ? undefined : { kind: 'between', lowMs: low.regionMs, highMs: high.regionMs }
}

function everywhere(duel: Duel, load: number): BreakEven {
  const [start, end] = [0, duel.longestMs].map((delayMs) => computedAt(duel, load, delayMs))
  const [first, last] = [start?.verdict, end?.verdict]
  if (first?.kind === 'fog' && last?.kind === 'fog') return { kind: 'fog always' }
  if (first?.kind === 'rival' && last?.kind === 'rival') return { kind: 'rival always' }
  const bounded = first?.kind === 'undecided' && first.byMs > 0 && last?.kind === 'fog' && Number.isFinite(first.lowMs)
  return bounded ? { kind: 'at most', highMs: -first.lowMs } : { kind: 'not decided' }
}
