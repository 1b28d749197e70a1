import { percentText } from '../markup/format.ts'
import { element, type Child, type Markup } from '../markup/element.ts'
import { xAxis } from '../svg/axis.ts'
import { TITLE_HEIGHT, type Figure } from '../svg/figure.ts'
import type { Ink } from '../svg/ink.ts'
import { label } from '../svg/label.ts'
import { legend, type LegendEntry } from '../svg/legend.ts'
import { partColours } from '../svg/palette.ts'
import { linearScale } from '../svg/scale.ts'
import { stackedBar } from '../svg/stackedBar.ts'

/** One bar: the parts of a mean, which add up to it. */
export interface ShareBar {
  readonly name: string
  /** Under which heading it stands, such as the network. */
  readonly group: string
  readonly parts: readonly { readonly name: string; readonly ms: number }[]
  /** What stands right of the bar: the whole, and what is to be known of it. */
  readonly note: string
  /** Not steady, or its parts do not add up: the bar is pale. */
  readonly doubtful: boolean
}

const [LEFT, RIGHT, WIDTH, BAR, STEP, HEADING] = [190, 210, 880, 14, 20, 26]

/** Bars of equal length, because the wholes differ by orders of magnitude: what is compared is the share of each part. */
export function sharePanel(id: string, title: string, description: string, bars: readonly ShareBar[]): Figure {
  const entries = legendOf(bars)
  const top = TITLE_HEIGHT + legend(entries, 14, 0, WIDTH - 28, '').height
  const groups = [...Map.groupBy(bars, ({ group }) => group)]
  const bottom = top + groups.length * HEADING + bars.length * STEP + 6
  return { id, title, description, width: WIDTH, height: bottom + 44, draw: (ink) => [legend(entries, 14, TITLE_HEIGHT, WIDTH - 28, ink.text).markup, drawn(groups, top, bottom, ink)] }
}

function drawn(groups: readonly (readonly [string, readonly ShareBar[]])[], top: number, bottom: number, ink: Ink): Child {
  const scale = linearScale([0, 1], [LEFT, WIDTH - RIGHT])
  let y = top
  const rows = groups.map(([group, bars]) => {
    y += HEADING
    const heading = label(group, 14, y - 8, { ink: ink.text, anchor: 'start', weight: 'bold' })
    return [heading, bars.map((bar) => row(bar, scale, (y += STEP) - STEP, ink))]
  })
  return [rows, xAxis(scale, bottom, { title: 'share of the mean', ink, tickText: percentText })]
}

function row({ name, parts, note, doubtful }: ShareBar, scale: ReturnType<typeof linearScale>, y: number, ink: Ink): Markup {
  const whole = parts.reduce((sum, { ms }) => sum + Math.max(0, ms), 0) || 1
  const segments = parts.map((part) => ({ name: part.name, value: Math.max(0, part.ms) / whole, colour: partColours[part.name] ?? ink.muted }))
  return element(
    'g',
    {},
    label(name, LEFT - 8, y + 11, { ink: ink.text, anchor: 'end' }),
    element('g', { opacity: doubtful ? 0.4 : undefined }, stackedBar(segments, scale, y, BAR, { ink, valueText: percentText })),
    // Two of the colours are near to a dark ground.
    element('rect', { x: LEFT, y, width: WIDTH - RIGHT - LEFT, height: BAR, fill: 'none', stroke: ink.muted, 'stroke-width': 0.5 }),
    label(note, WIDTH - RIGHT + 8, y + 11, { ink: ink.muted, anchor: 'start' }),
  )
}

function legendOf(bars: readonly ShareBar[]): LegendEntry[] {
  const names = [...new Set(bars.flatMap(({ parts }) => parts.map(({ name }) => name)))]
  return names.map((text) => ({ text, sample: (x, y) => element('rect', { x, y, width: 24, height: 12, fill: partColours[text] }) }))
}
