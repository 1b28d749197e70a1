import type { Duel, DuelPoint } from '../digest/duel.ts'
import { textWidth } from '../svg/legend.ts'
import type { Scale } from '../svg/scale.ts'
import { markText } from './crossoverSigns.ts'

export interface PlacedMark {
  readonly point: DuelPoint
  readonly x: number
  readonly textX: number
  readonly anchor: 'start' | 'end'
  /** From 0 at the top: networks whose delays are alike stand below each other. */
  readonly level: number
}

const BESIDE = 9

/** Marks of one load, each with its text on the side where there is room, on the first level where it covers no other. */
export function placedMarks(duel: Duel, load: number, scale: Scale): PlacedMark[] {
  const ends: number[] = []
  return duel.points.filter((point) => point.load === load).map((point) => {
    const x = scale(point.regionMs)
    const right = x < (scale.range[0] + scale.range[1]) / 2
    const width = BESIDE + textWidth(markText(point, duel))
    const [from, to] = right ? [x - BESIDE, x + width] : [x - width, x + BESIDE]
    const free = ends.findIndex((end) => end <= from)
    const level = free === -1 ? ends.length : free
    ends[level] = to
    return { point, x, textX: right ? x + BESIDE : x - BESIDE, anchor: right ? 'start' : 'end', level }
  })
}
