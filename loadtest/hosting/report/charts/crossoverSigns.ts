import { element, type Markup } from '../markup/element.ts'
import { numberText, percentText } from '../markup/format.ts'
import type { Computed } from '../digest/computedDelay.ts'
import type { Duel, DuelPoint, Verdict } from '../digest/duel.ts'
import type { HeatCell } from '../svg/heatRow.ts'
import type { Ink } from '../svg/ink.ts'
import { label } from '../svg/label.ts'
import { mark } from '../svg/mark.ts'
import { crossoverColours } from '../svg/palette.ts'

/** `F 12`: the fog is faster by 12 ms; `C 3`: the cloud by 3; `G`: the gateway. Without colour, too, it says who is faster. */
export function verdictText(verdict: Verdict, { rival }: Pick<Duel, 'rival'>): string {
  switch (verdict.kind) {
    case 'fog':
      return `F ${shortMs(verdict.byMs)}`
    case 'rival':
      return `${rivalLetter(rival)} ${shortMs(verdict.byMs)}`
    case 'undecided':
      return '?'
    case 'unsteady':
      return 'not steady'
    default:
      return verdict.kind
  }
}

export function rivalLetter(rival: string): string {
  return rival.slice(0, 1).toUpperCase()
}

function shortMs(ms: number): string {
  const size = Math.abs(ms)
  return numberText(size >= 10 ? Math.round(size) : Number(size.toPrecision(2)))
}

/** In words, for tables and titles. */
export function verdictWords(verdict: Verdict, { fog, rival }: Pick<Duel, 'fog' | 'rival'>): string {
  if (!('byMs' in verdict)) return verdict.kind
  const [low, high] = [verdict.lowMs, verdict.highMs].map((ms) => Math.abs(ms)).toSorted((a, b) => a - b)
  const by = `${numberText(Math.abs(verdict.byMs))} ms (${numberText(low ?? 0)} to ${numberText(high ?? 0)})`
  if (verdict.kind === 'undecided') return `not decided: ${rival} is slower by ${numberText(verdict.byMs)} ms (${numberText(verdict.lowMs)} to ${numberText(verdict.highMs)})`
  return `${verdict.kind === 'fog' ? fog : rival} is faster by ${by}`
}

export function computedCell(duel: Duel, delayMs: number, computed: Computed | undefined, hatchId: string): HeatCell {
  const where = `computed, ${numberText(delayMs)} ms`
  if (computed === undefined) return { at: delayMs, fill: 'none', opacity: 1, text: '', title: `${where}: nothing to compute from` }
  const { verdict, from } = computed
  const title = `${where}, from ${from}: ${verdictWords(verdict, duel)}`
  if (verdict.kind === 'undecided') return { at: delayMs, fill: `url(#${hatchId})`, opacity: 1, text: '?', title }
  return { at: delayMs, fill: crossoverColours.computed[verdict.kind], opacity: strength(verdict.byMs), text: verdictText(verdict, duel), title }
}

/** A tenth of a millisecond is faint, 100 ms is full; never so full that the text on it is lost. */
function strength(ms: number): number {
  return Number((0.2 + 0.4 * Math.min(1, Math.log10(1 + Math.abs(ms)) / 2)).toFixed(2))
}

export interface Place {
  readonly x: number
  readonly y: number
  readonly textX: number
  readonly anchor: 'start' | 'end'
}

export function measuredMark(point: DuelPoint, duel: Duel, { x, y, textX, anchor }: Place, ink: Ink): Markup {
  const title = `measured, ${point.network}, fog at ${percentText(point.load)}: ${verdictWords(point.verdict, duel)}`
  return element('g', {}, element('title', {}, title), verdictMark(point.verdict, x, y, ink), label(markText(point, duel), textX, y + 4, { ink: ink.text, anchor }))
}

/** Says its network too, because several may have the same delay. */
export function markText(point: DuelPoint, duel: Duel): string {
  return `${verdictText(point.verdict, duel)}, ${point.network}`
}

export function verdictMark({ kind }: Verdict, x: number, y: number, ink: Pick<Ink, 'muted' | 'paper'>): Markup {
  if (kind === 'fog') return mark('circle', x, y, { colour: crossoverColours.measured.fog, fill: crossoverColours.measured.fog, size: 5 })
  if (kind === 'rival') return mark('diamond', x, y, { colour: crossoverColours.measured.rival, fill: crossoverColours.measured.rival, size: 5 })
  if (kind === 'undecided') return mark('square', x, y, { colour: ink.muted, fill: ink.muted, size: 4 })
  return mark('circle', x, y, { colour: ink.muted, fill: ink.paper, size: 5 })
}
