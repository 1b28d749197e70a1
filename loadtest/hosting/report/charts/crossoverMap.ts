import type { Child, Markup } from '../markup/element.ts'
import { element } from '../markup/element.ts'
import { numberText, percentText } from '../markup/format.ts'
import { computedAt, gridOf } from '../digest/computedDelay.ts'
import type { Duel } from '../digest/duel.ts'
import { basisText, familyText } from '../digest/familyText.ts'
import { xAxis } from '../svg/axis.ts'
import { TITLE_HEIGHT, type Figure } from '../svg/figure.ts'
import { hatch } from '../svg/hatch.ts'
import { heatRow } from '../svg/heatRow.ts'
import type { Ink } from '../svg/ink.ts'
import { label } from '../svg/label.ts'
import { legend } from '../svg/legend.ts'
import { delayScale, type Scale } from '../svg/scale.ts'
import { crossoverLegend } from './crossoverLegend.ts'
import { computedCell, measuredMark } from './crossoverSigns.ts'
import { placedMarks } from './crossoverMarks.ts'
import { fileName } from './fileName.ts'

const [LEFT, WIDTH, RIGHT, LANE, MARK_STEP, GAP] = [190, 880, 40, 26, 20, 12]

/**
 * Network delay × load: which placement has the lower p95, and by how much. Each load has two lanes, so that measured and computed values never share one:
 * above, marks of what was measured, at the delays that were achieved; below, areas of what is computed from them.
 */
export function crossoverMap(duel: Duel): Figure {
  const id = fileName('crossover', duel.fog, duel.rival, duel.writeMode, duel.workload, duel.basis)
  const entries = crossoverLegend(duel, id)
  const top = TITLE_HEIGHT + 10 + 2 * legend(entries('').slice(0, 4), 14, 0, WIDTH - 28, '').height
  const loads = loadRows(duel, top)
  const bottom = top + loads.reduce((sum, { height }) => sum + height, 0)
  return {
    id,
    title: `${duel.fog} or ${duel.rival}: which p95 is lower? ${familyText(duel)}, ${basisText(duel)}`,
    description: 'Rows are shares of the fog box\'s own capacity, columns the round trip between site and cloud. Marks are measured, areas are computed from the nearest mark. The table says the same.',
    width: WIDTH,
    height: bottom + 50,
    draw: (ink) => [element('defs', {}, hatch(`${id}-hatch`, ink)), legends(entries(ink.paper), ink), rows(duel, id, loads, bottom, ink)],
  }
}

/** What is measured in the first row, what is computed in the second. */
function legends(entries: ReturnType<ReturnType<typeof crossoverLegend>>, ink: Ink): Child {
  const first = legend(entries.slice(0, 4), 14, TITLE_HEIGHT + 4, WIDTH - 28, ink.text)
  return [first.markup, legend(entries.slice(4), 14, TITLE_HEIGHT + 4 + first.height, WIDTH - 28, ink.text).markup]
}

interface LoadRow {
  readonly load: number
  readonly marks: ReturnType<typeof placedMarks>
  readonly top: number
  readonly height: number
}

/** From the highest load downwards, as an axis that points up has it; each as high as its marks need. */
function loadRows(duel: Duel, top: number): LoadRow[] {
  let next = top
  return duel.loads.toReversed().map((load) => {
    const marks = placedMarks(duel, load, scaleOf(duel))
    const height = LANE + Math.max(0, ...marks.map(({ level }) => level)) * MARK_STEP + LANE + GAP
    next += height
    return { load, marks, top: next - height, height }
  })
}

function scaleOf(duel: Duel): Scale {
  const longest = Math.max(1, duel.longestMs)
  // With room for the last cell, which reaches half-way to the next delay of the grid.
  return delayScale([0, longest * 1.2], [LEFT, WIDTH - RIGHT], ticksOf(duel, longest))
}

function rows(duel: Duel, id: string, loads: readonly LoadRow[], bottom: number, ink: Ink): Child {
  const scale = scaleOf(duel)
  return [
    loads.map((row) => loadRow(duel, id, row, scale, ink)),
    xAxis(scale, bottom, { title: 'round trip between site and cloud, ms', ink, tickText: numberText }),
  ]
}

function ticksOf(duel: Duel, longest: number): number[] {
  const grid = gridOf(duel)
  return grid.length > 1 ? grid : [0, longest]
}

function loadRow(duel: Duel, id: string, { load, marks, top, height }: LoadRow, scale: Scale, ink: Ink): Markup {
  const [measured, computed] = [top + LANE / 2, top + height - GAP - LANE]
  return element(
    'g',
    {},
    label(`fog at ${percentText(load)}`, 14, computed + 4, { ink: ink.text, anchor: 'start', weight: 'bold' }),
    label('measured', LEFT - 10, measured + 4, { ink: ink.muted, anchor: 'end' }),
    label('computed', LEFT - 10, computed + LANE / 2 + 4, { ink: ink.muted, anchor: 'end' }),
    heatRow(gridOf(duel).map((delayMs) => computedCell(duel, delayMs, computedAt(duel, load, delayMs), `${id}-hatch`)), scale, computed, LANE, ink),
    marks.map(({ point, x, textX, anchor, level }) => measuredMark(point, duel, { x, y: measured + level * MARK_STEP, textX, anchor }, ink)),
  )
}
