import { element, type Markup } from '../markup/element.ts'
import type { Ink } from './ink.ts'
import { label } from './label.ts'
import { round, type Scale } from './scale.ts'

export interface HeatCell {
  /** Where on the scale; the cell reaches half-way to its neighbours. */
  readonly at: number
  readonly fill: string
  /** How strong, 0 to 1. */
  readonly opacity: number
  /** Says the outcome without colour. */
  readonly text: string
  /** In full, for a pointer or a screen reader. */
  readonly title: string
}

/** One row of a heat map. */
export function heatRow(cells: readonly HeatCell[], scale: Scale, y: number, height: number, ink: Ink): Markup {
  const places = cells.map(({ at }) => scale(at))
  const [left, right] = scale.range
  const edge = (index: number): number => (index === 0 ? left : index === places.length ? right : ((places[index - 1] ?? left) + (places[index] ?? right)) / 2)
  return element(
    'g',
    {},
    cells.map((cell, index) => heatCell(cell, round(edge(index)), round(edge(index + 1)), y, height, ink)),
  )
}

function heatCell({ fill, opacity, text, title }: HeatCell, from: number, to: number, y: number, height: number, ink: Ink): Markup {
  return element(
    'g',
    {},
    element('title', {}, title),
    element('rect', { x: from, y, width: round(to - from), height, fill, 'fill-opacity': opacity, stroke: ink.paper }),
    label(text, (from + to) / 2, y + height / 2 + 4, { ink: ink.text, anchor: 'middle' }),
  )
}
