import { element, type Markup } from '../markup/element.ts'
import { round } from './scale.ts'

export interface LabelLook {
  readonly ink: string
  readonly anchor?: 'start' | 'middle' | 'end'
  readonly size?: number
  readonly weight?: 'bold'
}

export const LABEL_SIZE = 11

/** Always horizontal: turned text is hard to read. */
export function label(text: string, x: number, y: number, { ink, anchor, size = LABEL_SIZE, weight }: LabelLook): Markup {
  return element('text', { x: round(x), y: round(y), fill: ink, 'text-anchor': anchor === 'start' ? undefined : anchor, 'font-size': size === LABEL_SIZE ? undefined : size, 'font-weight': weight }, text)
}
