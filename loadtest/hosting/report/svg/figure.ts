import { element, type Child, type Markup } from '../markup/element.ts'
import type { Ink } from './ink.ts'
import { label, LABEL_SIZE } from './label.ts'

/** A picture before it is drawn: for a file or for the page, which differ in ink. */
export interface Figure {
  /** Its file name without `.svg`, and the start of its ids. */
  readonly id: string
  readonly title: string
  /** What a reader who does not see it is told. */
  readonly description: string
  readonly width: number
  readonly height: number
  /** Below the title, which takes {@link TITLE_HEIGHT}. */
  readonly draw: (ink: Ink) => Child
}

export const TITLE_HEIGHT = 30

/** The `<svg>` with its accessible name and description (SVG 2, 5.8; WAI-ARIA Graphics Module). */
export function svg({ id, title, description, width, height, draw }: Figure, ink: Ink): Markup {
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: 'img',
      'aria-labelledby': `${id}-title ${id}-text`,
      'font-family': 'system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif',
      'font-size': LABEL_SIZE,
      // What a style calls `currentColor` is the ink of the text.
      style: `color:${ink.text}`,
    },
    element('title', { id: `${id}-title` }, title),
    element('desc', { id: `${id}-text` }, description),
    element('rect', { width, height, rx: 6, fill: ink.paper }),
    label(title, 14, 20, { ink: ink.text, size: 14, weight: 'bold' }),
    draw(ink),
  )
}
