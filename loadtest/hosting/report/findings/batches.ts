import { listText, numberText, percentText } from '../markup/format.ts'
import type { BreakEven } from '../digest/breakEven.ts'
import { meetingText } from './fogAgainst.ts'

/** One fog box at one load, in several ways of writing. */
export interface BatchEffect {
  readonly fog: string
  readonly rival: string
  readonly load: number
  readonly ways: readonly { readonly how: string; readonly readingsPerS: number | undefined; readonly longestMs: number; readonly meeting: BreakEven }[]
}

/** How far batches move the point at which the fog loses. Computed, because the meeting point is. Undefined where there is nothing to compare. */
export function batchEffectSentence({ fog, rival, load, ways }: BatchEffect): string | undefined {
  if (ways.length < 2 || ways.every(({ meeting }) => meeting.kind === 'not decided')) return undefined
  const each = ways.map(({ how, readingsPerS, longestMs, meeting }) => `${how}${readingsPerS === undefined ? '' : ` (${numberText(readingsPerS)} readings/s)`} ${meetingText(meeting, longestMs)}`)
  return `Computed: at ${percentText(load)} of its capacity ${fog} is faster than ${rival}: ${each.join('; ')}${movedText(ways)}.`
}

/** From the first way to each other one that has a meeting point too. */
function movedText([first, ...others]: BatchEffect['ways']): string {
  const from = first?.meeting
  if (first === undefined || from?.kind !== 'at') return ''
  const moves = others.flatMap(({ how, meeting }) => (meeting.kind === 'at' ? [`${numberText(Math.abs(meeting.delayMs - from.delayMs))} ms ${meeting.delayMs > from.delayMs ? 'up' : 'down'} (${how})`] : []))
  return moves.length === 0 ? '' : `; from ${first.how} the point moves ${listText(moves)}`
}

export interface BatchCapacity {
  readonly placement: string
  readonly ways: readonly { readonly how: string; readonly readingsPerS: number }[]
}

/** What batches do to capacity, which is what a share of it is worth. Undefined where there is one way only. */
export function batchCapacitySentence({ placement, ways: [first, ...others] }: BatchCapacity): string | undefined {
  if (first === undefined || others.length === 0) return undefined
  const each = others.map(({ how, readingsPerS }) => `${numberText(readingsPerS)} ${how} (${numberText(readingsPerS / first.readingsPerS)} times)`)
  return `${placement} takes ${numberText(first.readingsPerS)} readings/s ${first.how}, ${listText(each)}.`
}
