import { element, type Markup } from '../markup/element.ts'
import type { Ink } from './ink.ts'
import { label } from './label.ts'
import type { Scale } from './scale.ts'

/** Below a panel: a line, ticks with their values, what they are. */
export function xAxis(scale: Scale, y: number, { title, ink, tickText }: { title: string; ink: Ink; tickText: (tick: number) => string }): Markup {
  const [from, to] = scale.range
  return element(
    'g',
    {},
    element('line', { x1: from, x2: to, y1: y, y2: y, stroke: ink.muted }),
    scale.ticks.map((tick) => [
      element('line', { x1: scale(tick), x2: scale(tick), y1: y, y2: y + 4, stroke: ink.muted }),
      label(tickText(tick), scale(tick), y + 16, { ink: ink.muted, anchor: 'middle' }),
    ]),
    label(title, (from + to) / 2, y + 32, { ink: ink.muted, anchor: 'middle' }),
  )
}

/** Left of a panel, with its grid lines through to `right`. */
export function yAxis(scale: Scale, x: number, right: number, { title, ink, tickText }: { title: string; ink: Ink; tickText: (tick: number) => string }): Markup {
  const top = Math.min(...scale.range)
  return element(
    'g',
    {},
    scale.ticks.map((tick) => [
      element('line', { x1: x, x2: right, y1: scale(tick), y2: scale(tick), stroke: ink.grid }),
      label(tickText(tick), x - 6, scale(tick) + 4, { ink: ink.muted, anchor: 'end' }),
    ]),
    label(title, x, top - 8, { ink: ink.muted, anchor: 'start' }),
  )
}
