import { numberText, percentText } from '../markup/format.ts'
import type { Child } from '../markup/element.ts'
import type { Digest, Family } from '../digest/digest.ts'
import { familyText } from '../digest/familyText.ts'
import { TITLE_HEIGHT, type Figure } from '../svg/figure.ts'
import type { Ink } from '../svg/ink.ts'
import { legend } from '../svg/legend.ts'
import { linearScale, logScale, type Scale } from '../svg/scale.ts'
import { fileName } from './fileName.ts'
import { curvePanel, type Series } from './curvePanel.ts'
import { curveOf } from './curve.ts'
import { latencyDomain } from './latencyDomain.ts'
import { seriesLegend } from './seriesLegend.ts'

const [LEFT, PANEL_WIDTH, GAP, PANEL_HEIGHT, ROW] = [60, 350, 70, 150, 222]
const WIDTH = LEFT + 2 * PANEL_WIDTH + GAP + 20
const percentiles = [0.5, 0.95, 0.99]

/** p50, p95 and p99 of every placement in one network: left over the share of its own capacity, right over requests per second. */
export function latencyCurves(digest: Digest, family: Family, network: string): Figure {
  const rows = percentiles.map((share) => ({ share, series: seriesOf(digest, family, network, share) }))
  const entries = seriesLegend(digest, rows[0]?.series ?? [])
  const legendHeight = legend(entries, 14, 0, WIDTH - 28, '').height
  return {
    id: fileName('latency', family.writeMode, family.workload, network),
    title: `Latency over load: ${network}, ${familyText(family)}`,
    description: 'Percentiles of the open model with 95 % bootstrap bands, logarithmic. The same numbers stand in the table of conditions.',
    width: WIDTH,
    height: TITLE_HEIGHT + legendHeight + rows.length * ROW,
    draw: (ink) => [legend(entries, 14, TITLE_HEIGHT, WIDTH - 28, ink.text).markup, rows.map(({ share, series }, index) => row(series, share, TITLE_HEIGHT + legendHeight + index * ROW + 24, ink))],
  }
}

export function seriesOf(digest: Digest, { writeMode, workload }: Family, network: string, share: number): Series[] {
  const conditions = digest.conditions.filter((one) => one.writeMode === writeMode && one.workload === workload && one.network === network)
  return [...digest.styles].flatMap(([placement, style]) => {
    const points = curveOf(conditions.filter((one) => one.placement === placement), share, digest)
    return points.length === 0 ? [] : [{ placement, style, points }]
  })
}

function row(series: readonly Series[], share: number, top: number, ink: Ink): Child {
  const y = logScale(latencyDomain(series), [top + PANEL_HEIGHT, top])
  const yTitle = `p${share * 100} of latency, ms`
  const right = LEFT + PANEL_WIDTH + GAP
  return [
    curvePanel(series, { x: loadScale(series, LEFT), y, xTitle: 'load, share of its own capacity', yTitle, xText: percentText, yText: numberText, place: ({ load }) => load }, ink),
    curvePanel(series, { x: perSecondScale(series, right), y, xTitle: 'load, requests per second', yTitle, xText: numberText, yText: numberText, place: ({ perS }) => perS }, ink),
  ]
}

export function loadScale(series: readonly Series[], left: number, width = PANEL_WIDTH): Scale {
  const most = Math.max(1, ...series.flatMap(({ points }) => points.map(({ load }) => load)))
  return linearScale([0, most * 1.05], [left, left + width])
}

/** Logarithmic, because placements differ by orders of magnitude between the write modes and sizes. */
function perSecondScale(series: readonly Series[], left: number): Scale {
  const rates = series.flatMap(({ points }) => points.flatMap(({ perS }) => (perS === undefined || perS <= 0 ? [] : [perS])))
  const [least, most] = rates.length === 0 ? [1, 10] : [Math.min(...rates), Math.max(...rates)]
  return logScale([least / 1.3, most * 1.3], [left, left + PANEL_WIDTH])
}
