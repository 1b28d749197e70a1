import { element, type Markup } from '../markup/element.ts'
import { band } from '../svg/band.ts'
import { label } from '../svg/label.ts'
import type { LegendEntry } from '../svg/legend.ts'
import { line } from '../svg/line.ts'
import { mark } from '../svg/mark.ts'
import type { Digest } from '../digest/digest.ts'
import { placementText } from '../digest/placementText.ts'
import type { Series } from './curvePanel.ts'

/** The placements that are drawn, then what the signs mean. */
export function seriesLegend(digest: Digest, series: readonly Series[]): LegendEntry[] {
  const placements = series.map(({ placement, style }) => ({
    text: placementText(digest.plan, placement),
    sample: (x: number, y: number): Markup => element('g', {}, band([{ x, low: y + 2, high: y + 10 }, { x: x + 24, low: y + 2, high: y + 10 }], style.colour), line([[x, y + 6], [x + 24, y + 6]], style), mark(style.mark, x + 12, y + 6, { colour: style.colour, fill: style.colour })),
  }))
  return [...placements, hollow, sign('×', 'not measured'), sign('↑', 'above the scale, or not reached')]
}

const hollow: LegendEntry = { text: 'hollow: not steady', sample: (x, y) => mark('circle', x + 12, y + 6, { colour: '#8c959f', fill: 'none' }) }

function sign(text: string, meaning: string): LegendEntry {
  return { text: meaning, sample: (x, y) => label(text, x + 12, y + 10, { ink: '#8c959f', anchor: 'middle', size: 13 }) }
}
