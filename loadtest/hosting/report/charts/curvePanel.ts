import { percentText } from '../markup/format.ts'
import { element, type Markup } from '../markup/element.ts'
import { xAxis, yAxis } from '../svg/axis.ts'
import { band, bar } from '../svg/band.ts'
import type { Ink } from '../svg/ink.ts'
import { label } from '../svg/label.ts'
import { line } from '../svg/line.ts'
import { mark } from '../svg/mark.ts'
import type { SeriesStyle } from '../svg/palette.ts'
import type { Scale } from '../svg/scale.ts'
import type { CurvePoint } from './curve.ts'

export interface Series {
  readonly placement: string
  readonly style: SeriesStyle
  readonly points: readonly CurvePoint[]
}

export interface PanelAxes {
  readonly x: Scale
  readonly y: Scale
  readonly xTitle: string
  readonly yTitle: string
  readonly xText: (tick: number) => string
  readonly yText: (tick: number) => string
  /** Where a point stands on the x axis; undefined where that is not known. */
  readonly place: (point: CurvePoint) => number | undefined
}

/** One percentile over the load, a line per placement. */
export function curvePanel(series: readonly Series[], axes: PanelAxes, ink: Ink): Markup {
  const bottom = Math.max(...axes.y.range)
  return element(
    'g',
    {},
    yAxis(axes.y, axes.x.range[0], axes.x.range[1], { title: axes.yTitle, ink, tickText: axes.yText }),
    xAxis(axes.x, bottom, { title: axes.xTitle, ink, tickText: axes.xText }),
    series.map((one) => curve(one, axes, ink)),
    series.map((one, index) => absent(one, axes, index)),
  )
}

/** Only steady points are joined and have a band; unsteady ones stand alone, hollow, with a bar. */
function curve({ placement, style, points }: Series, axes: PanelAxes, ink: Ink): Markup {
  const placed = points.map((point) => placedPoint(point, axes))
  const steady = placed.map((place) => (place?.point.state === 'steady' ? place : undefined))
  return element(
    'g',
    {},
    band(steady, style.colour),
    line(steady.map((place) => place && ([place.x, place.y] as const)), style),
    placed.map((place) => place && pointMark(place, placement, style, ink)),
  )
}

interface Placed {
  readonly point: CurvePoint
  readonly x: number
  readonly y: number
  readonly low: number
  readonly high: number
}

/** Has a number, and the scale reaches to it. */
function isWithin({ estimate }: CurvePoint, { y }: PanelAxes): boolean {
  return estimate !== undefined && estimate.value <= y.domain[1]
}

/** Undefined where the point has no number within the scale, or no place on this axis. */
function placedPoint(point: CurvePoint, axes: PanelAxes): Placed | undefined {
  const { x, y, place } = axes
  const at = place(point)
  if (at === undefined || point.estimate === undefined || !isWithin(point, axes)) return undefined
  const within = (value: number): number => y(Math.min(Math.max(value, y.domain[0]), y.domain[1]))
  const { value, low, high } = point.estimate
  return { point, x: x(at), y: within(value), low: within(low), high: within(high) }
}

function pointMark({ point, x, y, low, high }: Placed, placement: string, { colour, mark: shape }: SeriesStyle, ink: Ink): Markup {
  const unsteady = point.state === 'unsteady'
  return element(
    'g',
    { class: point.state },
    element('title', {}, `${placement} at ${percentText(point.load)}: ${point.text}`),
    unsteady ? bar({ x, low, high }, colour) : undefined,
    mark(shape, x, y, { colour, fill: unsteady ? ink.paper : colour }),
  )
}

const [SIGN_SIZE, SIGN_STEP] = [13, 13]

/** What has no place says why: at the foot "not measured" as ×, at the head as ↑ what was not reached or is above the scale. Each series has a height of its own, so that none hides another. */
function absent({ placement, style, points }: Series, axes: PanelAxes, index: number): Markup[] {
  const [top, bottom] = [Math.min(...axes.y.range), Math.max(...axes.y.range)]
  return points.flatMap((point) => {
    const at = axes.place(point)
    if (at === undefined || isWithin(point, axes)) return []
    const [sign, y] = point.state === 'not measured' ? ['×', bottom - 4 - index * SIGN_STEP] : ['↑', top + 10 + index * SIGN_STEP]
    return [element('g', { class: 'absent' }, element('title', {}, `${placement} at ${percentText(point.load)}: ${point.text}`), label(sign, axes.x(at), y, { ink: style.colour, anchor: 'middle', size: SIGN_SIZE }))]
  })
}
