import { element, type Markup } from '../markup/element.ts'
import { label, LABEL_SIZE } from './label.ts'

export interface LegendEntry {
  readonly text: string
  /** Draws the sample in a box of 24 × 12 whose left upper corner is (x, y). */
  readonly sample: (x: number, y: number) => Markup
}

const SAMPLE = 24

/** Widest common width of a letter of a sans-serif face, as a share of its size: what a row holds is computed, because nothing measures text here. */
const LETTER = 0.62

export function textWidth(text: string, size = LABEL_SIZE): number {
  return text.length * size * LETTER
}

/** Rows of samples, as many in a row as fit. */
export function legend(entries: readonly LegendEntry[], x: number, y: number, width: number, ink: string): { readonly markup: Markup; readonly height: number } {
  let [left, top] = [x, y]
  const items = entries.map(({ text, sample }) => {
    const wide = SAMPLE + 6 + textWidth(text) + 14
    if (left > x && left + wide > x + width) [left, top] = [x, top + 18]
    const item = element('g', {}, sample(left, top), label(text, left + SAMPLE + 6, top + 10, { ink }))
    left += wide
    return item
  })
  return { markup: element('g', {}, items), height: top - y + 18 }
}
