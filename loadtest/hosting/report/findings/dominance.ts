import { listText, percentText } from '../markup/format.ts'
import { notDecided } from './finding.ts'

/** One measured comparison of a fog box with the cloud. */
export interface Comparison {
  readonly fog: string
  readonly network: string
  readonly load: number
  /** The network is more than half of a request to the cloud; undefined where that is not decided. */
  readonly networkDominates: boolean | undefined
  /** Undefined where that is not decided. */
  readonly fogWins: boolean | undefined
}

export const statement = 'network latency dominates, so the fog wins'

type Kind = 'held' | 'not held' | 'not decided'

/** Both halves of the statement must hold; one that does not is enough against it. */
export function dominanceOf({ networkDominates, fogWins }: Comparison): Kind {
  if (networkDominates === false || fogWins === false) return 'not held'
  return networkDominates === true && fogWins === true ? 'held' : 'not decided'
}

/** Where the statement of the paper holds. */
export function dominanceSentences(comparisons: readonly Comparison[], how: string): string[] {
  if (comparisons.length === 0) return []
  const of = (kind: Kind): Comparison[] => comparisons.filter((one) => dominanceOf(one) === kind)
  const [held, not, open] = [of('held'), of('not held'), of('not decided')]
  const counts = `Of ${comparisons.length} measured comparisons with the cloud (${how}), "${statement}" held in ${held.length}, did not hold in ${not.length} and is ${notDecided} in ${open.length}.`
  return [counts, ...whereText('It held', held, () => ''), ...whereText('It did not hold', not, reason)]
}

function whereText(start: string, comparisons: readonly Comparison[], why: (one: Comparison) => string): string[] {
  const groups = [...Map.groupBy(comparisons, (one) => `${one.fog} on ${one.network}${why(one)}`)]
  return groups.length === 0 ? [] : [`${start} for ${listText(groups.map(([where, all]) => `${where} at ${listText(all.map(({ load }) => percentText(load)))}`))}.`]
}

function reason({ networkDominates, fogWins }: Comparison): string {
  if (networkDominates === false && fogWins === false) return ' (the network is the smaller part, and the fog is slower)'
  return fogWins === false ? ' (the fog is slower)' : ' (the network is the smaller part)'
}
