import { element } from '../markup/element.ts'
import type { Duel, Verdict } from '../digest/duel.ts'
import type { LegendEntry } from '../svg/legend.ts'
import { crossoverColours } from '../svg/palette.ts'
import { rivalLetter, verdictMark } from './crossoverSigns.ts'

/** Four entries of what is measured, then three of what is computed; given the colour of the ground. */
export function crossoverLegend({ fog, rival }: Duel, id: string): (paper: string) => LegendEntry[] {
  const letter = rivalLetter(rival)
  return (paper) => [
    measured(`measured: ${fog} faster (F, ms)`, 'fog', paper),
    measured(`${rival} faster (${letter}, ms)`, 'rival', paper),
    measured('not decided (?)', 'undecided', paper),
    measured('no verdict', 'unsteady', paper),
    area(`computed: ${fog} faster`, crossoverColours.computed.fog, 0.5),
    area(`${rival} faster`, crossoverColours.computed.rival, 0.5),
    area('not decided', `url(#${id}-hatch)`, 1),
  ]
}

function measured(text: string, kind: 'fog' | 'rival' | 'undecided' | 'unsteady', paper: string): LegendEntry {
  // Only its kind is drawn.
  const verdict: Verdict = kind === 'unsteady' ? { kind } : { kind, byMs: 0, lowMs: 0, highMs: 0 }
  return { text, sample: (x, y) => verdictMark(verdict, x + 12, y + 6, { muted: '#8c959f', paper }) }
}

function area(text: string, fill: string, opacity: number): LegendEntry {
  return { text, sample: (x, y) => element('rect', { x, y, width: 24, height: 12, fill, 'fill-opacity': opacity }) }
}
