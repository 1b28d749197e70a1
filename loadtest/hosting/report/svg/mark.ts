import { element, type Markup } from '../markup/element.ts'
import { round } from './scale.ts'

export type MarkShape = 'circle' | 'square' | 'triangle' | 'diamond' | 'plus'

/** A point. `hollow` is what is not steady: its inside shows the ground. */
export function mark(shape: MarkShape, x: number, y: number, { colour, fill, size = 4 }: { colour: string; fill: string; size?: number }): Markup {
  const look = { fill, stroke: colour, 'stroke-width': 1.5 }
  if (shape === 'circle') return element('circle', { cx: round(x), cy: round(y), r: size, ...look })
  return element('path', { d: outline(shape, round(x), round(y), size), ...look })
}

function outline(shape: Exclude<MarkShape, 'circle'>, x: number, y: number, s: number): string {
  switch (shape) {
    case 'square':
      return `M${round(x - s)} ${round(y - s)}h${2 * s}v${2 * s}h${-2 * s}Z`
    case 'triangle':
      return `M${x} ${round(y - s * 1.2)}L${round(x + s * 1.2)} ${round(y + s)}H${round(x - s * 1.2)}Z`
    case 'diamond':
      return `M${x} ${round(y - s * 1.4)}L${round(x + s * 1.4)} ${y}L${x} ${round(y + s * 1.4)}L${round(x - s * 1.4)} ${y}Z`
    case 'plus': {
      const [a, b] = [round(s * 0.5), round(s * 0.8)]
      return `M${round(x - a)} ${round(y - a - b)}h${2 * a}v${b}h${b}v${2 * a}h${-b}v${b}h${-2 * a}v${-b}h${-b}v${-2 * a}h${b}Z`
    }
  }
}
