import type { Series } from './curvePanel.ts'

/**
 * From a little below the lowest number to a little above the highest one; a decade at least, so that noise does not look like a cliff. Of steady points, if
 * there are any: what grows as long as it is measured would press all others to the foot. It stands as ↑ where it is above.
 */
export function latencyDomain(series: readonly Series[]): readonly [number, number] {
  const points = series.flatMap((one) => one.points)
  const steady = points.filter(({ state, estimate }) => state === 'steady' && estimate !== undefined)
  const all = (steady.length === 0 ? points : steady).flatMap(({ estimate }) => (estimate === undefined ? [] : [estimate.value, estimate.low, estimate.high]))
  const values = all.filter((value) => value > 0 && Number.isFinite(value))
  if (values.length === 0) return [1, 10]
  const [low, high] = [Math.min(...values) / 1.2, Math.max(...values) * 1.2]
  const widen = Math.sqrt(Math.max(1, 10 / (high / low)))
  return [low / widen, high * widen]
}
