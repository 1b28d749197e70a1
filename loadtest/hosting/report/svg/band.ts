import { element, type Markup } from '../markup/element.ts'
import { pathOf, runs } from './line.ts'

export interface BandPoint {
  readonly x: number
  readonly low: number
  readonly high: number
}

/** An interval around a line: an area where points are neighbours; a bar through each point, so that a lonely one has its interval too. */
export function band(points: readonly (BandPoint | undefined)[], colour: string): Markup {
  return element('g', {}, runs(points).map((run) => [area(run, colour), run.map((point) => bar(point, colour))]))
}

function area(run: readonly BandPoint[], colour: string): Markup | undefined {
  if (run.length < 2) return undefined
  const [there, back] = [run.map(({ x, high }) => [x, high] as const), run.toReversed().map(({ x, low }) => [x, low] as const)]
  return element('path', { d: `${pathOf([...there, ...back])}Z`, fill: colour, 'fill-opacity': 0.18 })
}

export function bar({ x, low, high }: BandPoint, colour: string): Markup {
  return element('line', { x1: x, x2: x, y1: low, y2: high, stroke: colour, 'stroke-width': 1 })
}
