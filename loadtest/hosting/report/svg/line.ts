import { element, type Markup } from '../markup/element.ts'

export type Point = readonly [x: number, y: number]

/** A measured line. Where a point is missing the line has a gap: it never bridges what is not known. */
export function line(points: readonly (Point | undefined)[], { colour, dash }: { colour: string; dash: string | undefined }): Markup {
  const path = runs(points).filter((run) => run.length > 1).map(pathOf).join('')
  return path === '' ? element('g', {}) : element('path', { d: path, fill: 'none', stroke: colour, 'stroke-width': 2, 'stroke-dasharray': dash })
}

/** Neighbours without a gap between them. */
export function runs<T>(points: readonly (T | undefined)[]): T[][] {
  const all: T[][] = [[]]
  for (const point of points) {
    if (point === undefined) all.push([])
    else all.at(-1)?.push(point)
  }
  return all.filter((run) => run.length > 0)
}

export function pathOf(points: readonly Point[]): string {
  return points.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${x} ${y}`).join('')
}
