import { numberText, percentText } from '../markup/format.ts'
import type { Child } from '../markup/element.ts'
import type { Digest, Family } from '../digest/digest.ts'
import { familyText } from '../digest/familyText.ts'
import { DECIDING } from '../digest/duel.ts'
import { TITLE_HEIGHT, type Figure } from '../svg/figure.ts'
import type { Ink } from '../svg/ink.ts'
import { label } from '../svg/label.ts'
import { legend } from '../svg/legend.ts'
import { logScale } from '../svg/scale.ts'
import { curvePanel, type Series } from './curvePanel.ts'
import { latencyDomain } from './latencyDomain.ts'
import { loadScale, seriesOf } from './latencyCurves.ts'
import { seriesLegend } from './seriesLegend.ts'

const [LEFT, WIDTH, PANEL_HEIGHT, ROW, MOST_IN_A_ROW, GAP] = [56, 880, 210, 290, 3, 48]

/** The whole question in one picture: p95 over load, a panel per network, all on one scale. */
export function mainPicture(digest: Digest, family: Family): Figure {
  const panels = panelsOf(digest, family)
  const all = panels.flatMap(({ series }) => series)
  const entries = seriesLegend(digest, all.filter((one, index) => all.findIndex(({ placement }) => placement === one.placement) === index))
  const top = TITLE_HEIGHT + legend(entries, 14, 0, WIDTH - 28, '').height
  return {
    id: 'main',
    title: `Where to host? p95 latency over load, ${familyText(family)}`,
    description: `One panel per network: ${panels.map(({ name }) => name).join(', ')}. Lines are placements with 95 % bootstrap bands; load is the share of each placement's own capacity.`,
    width: WIDTH,
    height: top + Math.max(1, Math.ceil(panels.length / MOST_IN_A_ROW)) * ROW,
    draw: (ink) => [legend(entries, 14, TITLE_HEIGHT, WIDTH - 28, ink.text).markup, panels.map((panel, index) => drawn(panel, all, placeOf(index, panels.length, top), ink))],
  }
}

interface Panel {
  readonly name: string
  readonly series: readonly Series[]
}

/** Networks that are measured at several loads, if there are any: one load makes no curve. */
function panelsOf(digest: Digest, family: Family): Panel[] {
  const all = digest.plan.networks.map(({ name }) => ({ name, series: seriesOf(digest, family, name, DECIDING) })).filter(({ series }) => series.length > 0)
  const curves = all.filter(({ series }) => series.some(({ points }) => points.length > 1))
  return curves.length === 0 ? all : curves
}

interface PanelPlace {
  readonly left: number
  readonly head: number
  readonly width: number
}

/** Panels of a row share its width. */
function placeOf(index: number, count: number, top: number): PanelPlace {
  const inARow = Math.min(MOST_IN_A_ROW, count)
  const width = (WIDTH - LEFT - 20 - (inARow - 1) * GAP) / inARow
  return { left: LEFT + (index % inARow) * (width + GAP), head: top + Math.floor(index / inARow) * ROW + 38, width }
}

function drawn({ name, series }: Panel, all: readonly Series[], { left, head, width }: PanelPlace, ink: Ink): Child {
  const y = logScale(latencyDomain(all), [head + PANEL_HEIGHT, head])
  return [
    label(name, left + width, head - 8, { ink: ink.text, anchor: 'end', weight: 'bold' }),
    curvePanel(series, { x: loadScale(all, left, width), y, xTitle: 'share of its own capacity', yTitle: 'p95, ms', xText: percentText, yText: numberText, place: ({ load }) => load }, ink),
  ]
}
