import type { Plan } from '../../model/index.ts'
import type { MarkShape } from './mark.ts'

/**
 * Okabe & Ito, "Color Universal Design" (2008), https://jfly.uni-koeln.de/color/: told apart with every common colour blindness. Its sky blue and orange are
 * kept for what is computed, so that no measured line ever has the colour of a computed one; yellow is too weak on white; black is the page's own ink.
 */
const okabeIto = { blue: '#0072b2', green: '#009e73', vermillion: '#d55e00', purple: '#cc79a7' }

/** Of the crossover map. The kinds differ in colour and in shape: measured is a mark, computed is an area. */
export const crossoverColours = {
  measured: { fog: okabeIto.blue, rival: okabeIto.vermillion },
  computed: { fog: '#56b4e9', rival: '#e69f00' },
}

/** Paul Tol, "Colour Schemes" (SRON/EPS/TN/09-002), scheme *muted* without its cyan, which is too near to the sky blue of computed values. */
export const partColours: Readonly<Record<string, string>> = {
  late: '#666666',
  network: '#ddcc77',
  'parse + verify': '#44aa99',
  append: '#aa4499',
  promise: '#999933',
  'rest of the server': '#bbbbbb',
  'named by no step': '#bbbbbb',
  sequence: '#117733',
  'wait for anchor': '#cc6677',
  inclusion: '#882255',
  finality: '#332288',
}

/** How a placement's line looks: never by colour alone. */
export interface SeriesStyle {
  readonly colour: string
  /** `stroke-dasharray`; undefined is an unbroken line. */
  readonly dash: string | undefined
  readonly mark: MarkShape
}

const fogStyles: readonly SeriesStyle[] = [
  { colour: okabeIto.blue, dash: undefined, mark: 'circle' },
  { colour: okabeIto.green, dash: '6 3', mark: 'square' },
  { colour: 'currentColor', dash: '2 3', mark: 'triangle' },
]
const rivalStyles: readonly SeriesStyle[] = [
  { colour: okabeIto.vermillion, dash: undefined, mark: 'diamond' },
  { colour: okabeIto.purple, dash: '9 3 2 3', mark: 'plus' },
]

/** Largest fog box first; the cloud before the gateway. The same placement looks the same in every picture. */
export function seriesStyles(plan: Plan): ReadonlyMap<string, SeriesStyle> {
  const fog = plan.placements.filter(({ kind }) => kind === 'fog').toSorted((a, b) => b.cores - a.cores || a.name.localeCompare(b.name, 'en'))
  const rivals = plan.placements.filter(({ kind }) => kind !== 'fog').toSorted((a, b) => a.kind.localeCompare(b.kind, 'en') || a.name.localeCompare(b.name, 'en'))
  return new Map([...styled(fog, fogStyles), ...styled(rivals, rivalStyles)])
}

function styled(placements: Plan['placements'], styles: readonly SeriesStyle[]): [string, SeriesStyle][] {
  return placements.flatMap(({ name }, index) => {
    const style = styles[index % styles.length]
    return style === undefined ? [] : [[name, style]]
  })
}
