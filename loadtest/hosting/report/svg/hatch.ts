import { element, type Markup } from '../markup/element.ts'
import type { Ink } from './ink.ts'

/** Grey stripes: what the interval does not decide. `id` must be of this picture alone, because a page holds many. */
export function hatch(id: string, ink: Ink): Markup {
  return element(
    'pattern',
    { id, width: 6, height: 6, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' },
    element('rect', { width: 6, height: 6, fill: ink.grid }),
    element('line', { x1: 0, y1: 0, x2: 0, y2: 6, stroke: ink.muted, 'stroke-width': 2, 'stroke-opacity': 0.5 }),
  )
}
