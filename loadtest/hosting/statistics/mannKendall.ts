export interface Trend {
  /** Greater than 0: rising. */
  readonly s: number
  /** How likely a series without a trend is to look at least as much like one. */
  readonly chance: number
}

/**
 * Whether a series rises or falls, by the ranks of its values only, so that an infinite one has its place: of all pairs, how many rise less how many fall
 * (Mann, Nonparametric Tests Against Trend, Econometrica 13, 1945; Kendall, Rank Correlation Methods, 1975, with his variance for ties and correction for
 * continuity). The normal approximation holds from about eight values on.
 */
export function mannKendall(series: readonly number[]): Trend {
  const n = series.length
  const s = pairs(series).reduce((sum, [earlier, later]) => sum + Math.sign(compare(later, earlier)), 0)
  const variance = (spread(n) - ties(series).reduce((sum, count) => sum + spread(count), 0)) / 18
  const z = variance > 0 ? Math.max(0, Math.abs(s) - 1) / Math.sqrt(variance) : 0
  return { s, chance: 2 * upperTail(z) }
}

function spread(count: number): number {
  return count * (count - 1) * (2 * count + 5)
}

function pairs(series: readonly number[]): (readonly [number, number])[] {
  return series.flatMap((earlier, at) => series.slice(at + 1).map((later) => [earlier, later] as const))
}

/** Infinity less infinity is not a number. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a - b
}

function ties(series: readonly number[]): number[] {
  return [...Map.groupBy(series, (value) => value).values()].map(({ length }) => length)
}

/** Of the normal distribution, for z ≥ 0, to 7.5 × 10⁻⁸: Abramowitz and Stegun, 26.2.17. */
function upperTail(z: number): number {
  const t = 1 / (1 + 0.2316419 * z)
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * series
}
