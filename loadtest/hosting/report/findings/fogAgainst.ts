import { listText, msText, numberText, percentText } from '../markup/format.ts'
import type { BreakEven } from '../digest/breakEven.ts'
import type { Verdict } from '../digest/duel.ts'
import { notDecided } from './finding.ts'

export interface FogAgainst {
  readonly fog: string
  readonly rival: string
  /** Such as `batched, one reading per request, both equally busy`. */
  readonly how: string
  readonly networks: readonly FogOnNetwork[]
}

export interface FogOnNetwork {
  readonly network: string
  readonly regionMs: number
  /** By load, upwards. */
  readonly points: readonly { readonly load: number; readonly verdict: Verdict }[]
}

/** At which share of its capacity a fog box loses to another placement, on each measured network. */
export function fogAgainstSentence({ fog, rival, how, networks }: FogAgainst): string {
  return `${fog} against ${rival} (${how}): ${networks.map(onNetwork).join('; ')}.`
}

function onNetwork({ network, regionMs, points }: FogOnNetwork): string {
  const of = (kind: Verdict['kind']): number[] => points.filter(({ verdict }) => verdict.kind === kind).map(({ load }) => load)
  const [wins, losses] = [of('fog'), of('rival')]
  const decided = [wins.length === 0 ? [] : [`faster at ${loadsText(wins)}`], losses.length === 0 ? [] : [`slower at ${loadsText(losses)}${byHowMuch(points)}`]].flat()
  const open = (['undecided', 'unsteady', 'not reached', 'not measured'] as const).flatMap((kind) => (of(kind).length === 0 ? [] : [`${openTexts[kind]} at ${loadsText(of(kind))}`]))
  const said = decided.length === 0 ? [notDecided, ...open] : [...decided, ...open]
  return `on ${network} (${msText(regionMs)} between site and cloud) ${said.join(', ')}`
}

const openTexts = { undecided: 'the interval does not decide', unsteady: 'no steady latency', 'not reached': 'p95 not reached', 'not measured': 'not measured' } as const

/** Of the lowest load at which it loses. */
function byHowMuch(points: FogOnNetwork['points']): string {
  const first = points.find(({ verdict }) => verdict.kind === 'rival')?.verdict
  if (first === undefined || !('byMs' in first)) return ''
  return `, first by ${msText(-first.byMs)} (${numberText(-first.highMs)} to ${numberText(-first.lowMs)})`
}

export function loadsText(loads: readonly number[]): string {
  return listText(loads.map(percentText))
}

export interface MeetingPoints {
  readonly fog: string
  readonly rival: string
  readonly how: string
  readonly longestMs: number
  readonly loads: readonly { readonly load: number; readonly meeting: BreakEven }[]
}

/** At which delay of the rival a fog box loses: computed from the measured delays. */
export function meetingSentence({ fog, rival, how, longestMs, loads }: MeetingPoints): string {
  const alike = [...Map.groupBy(loads, ({ meeting }) => meetingText(meeting, longestMs))]
  const each = alike.map(([said, of]) => `at ${loadsText(of.map(({ load }) => load))} of its capacity ${said}`)
  return `Computed: ${fog} has a lower p95 than ${rival} (${how}) ${each.join('; ')}.`
}

export function meetingText(meeting: BreakEven, longestMs: number): string {
  switch (meeting.kind) {
    case 'at':
      return `once the way to the cloud takes more than ${msText(meeting.delayMs)} (${numberText(Math.max(0, meeting.lowMs))} to ${numberText(meeting.highMs)})`
    case 'at most':
      return `once the way to the cloud takes more than ${msText(meeting.highMs)} at the latest`
    case 'between':
      return `from a delay on that lies between ${numberText(meeting.lowMs)} and ${msText(meeting.highMs)}`
    case 'fog always':
      return `at every delay from 0 to ${msText(longestMs)}`
    case 'rival always':
      return `at no delay up to ${msText(longestMs)}`
    case 'not decided':
      return notDecided
  }
}
