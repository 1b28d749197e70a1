import { latenciesOf } from './latencies.ts'
import type { RequestColumns } from '../model/index.ts'
import { quantileOf } from './percentile.ts'

/** Mann–Kendall's normal approximation asks for as many; a slice is a second, or shorter where less was measured. */
export const FEWEST_SLICES = 8

/** The median latency, µs, of each slice of the measured time by intended time; of none that has no request. +Infinity where less than half was accepted. */
export function sliceMedians(columns: Pick<RequestColumns, 'intendedUs' | 'totalUs' | 'outcome'>, measuredS: number): number[] {
  const slices = Math.max(FEWEST_SLICES, Math.floor(measuredS))
  const sliceUs = (measuredS * 1_000_000) / slices
  const requests = Map.groupBy(columns.intendedUs.keys(), (at) => Math.min(slices - 1, Math.floor((columns.intendedUs[at] ?? 0) / sliceUs)))
  return [...requests].toSorted(([a], [b]) => a - b).map(([, members]) => medianOf(columns, members))
}

function medianOf({ totalUs, outcome }: Pick<RequestColumns, 'totalUs' | 'outcome'>, members: readonly number[]): number {
  const pick = { totalUs: Float64Array.from(members, (at) => totalUs[at] ?? Number.NaN), outcome: Uint8Array.from(members, (at) => outcome[at] ?? 0) }
  return quantileOf(latenciesOf(pick), 0.5)
}
