import { element, type Markup } from '../markup/element.ts'
import type { Ink } from './ink.ts'
import { round, type Scale } from './scale.ts'

export interface Segment {
  readonly name: string
  readonly value: number
  readonly colour: string
}

/** One bar from left to right. Segments are parted by the colour of the ground, so that two neighbours never run together; each says its own name and value. */
export function stackedBar(segments: readonly Segment[], scale: Scale, y: number, height: number, { ink, valueText }: { ink: Ink; valueText: (value: number) => string }): Markup {
  let before = 0
  const rectangles = segments.map(({ name, value, colour }) => {
    const [from, to] = [scale(before), scale(before + value)]
    before += value
    return element('rect', { x: from, y, width: round(Math.max(0, to - from)), height, fill: colour, stroke: ink.paper, 'stroke-width': 0.5 }, element('title', {}, `${name}: ${valueText(value)}`))
  })
  return element('g', {}, rectangles)
}
