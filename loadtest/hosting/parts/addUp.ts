import type { AnchoredSample } from '../model/index.ts'
import type { PromisedParts } from './promisedParts.ts'

/** Of the total: as far as the sum of the parts may be away from it. */
export const ADD_UP_LIMIT = 0.05

/** How far the named parts of requests are from their totals. */
export interface AddUp {
  readonly requests: number
  /** Of `|sum of the parts − total| / total`, each request by itself; NaN without requests. Percentiles of parts do not add up, so none is used. */
  readonly medianError: number
  readonly meanError: number
  /** Of `(sum − total) / total`: below 0 where something is named by no part. */
  readonly meanSignedError: number
  readonly limit: number
  /** Both errors are within the limit. Nothing holds of no requests. */
  readonly holds: boolean
}

/** Compares, request by request, the sum of `parts` with the total. */
export function addUp(totals: ArrayLike<number>, parts: readonly ArrayLike<number>[], limit = ADD_UP_LIMIT): AddUp {
  const signed = Float64Array.from(totals, (total, row) => (parts.reduce((sum, part) => sum + (part[row] ?? Number.NaN), 0) - total) / total)
  const errors = signed.map(Math.abs).toSorted()
  const [medianError, meanError] = [median(errors), mean(errors)]
  return { requests: totals.length, medianError, meanError, meanSignedError: mean(signed), limit, holds: medianError <= limit && meanError <= limit }
}

/** The rest of the server is what the named parts leave: it is not one of them. */
export function promisedAddUp({ totalUs, parts: { 'rest of the server': _rest, ...named } }: PromisedParts, limit?: number): AddUp {
  return addUp(totalUs, Object.values(named), limit)
}

export function anchoredAddUp(samples: readonly AnchoredSample[], limit?: number): AddUp {
  const columns = (samples[0]?.parts ?? []).map((_, part) => samples.map(({ parts }) => parts[part] ?? Number.NaN))
  return addUp(samples.map(({ totalUs }) => totalUs), columns, limit)
}

/** Of sorted values. */
function median(sorted: Float64Array): number {
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]]
  return low === undefined || high === undefined ? Number.NaN : (low + high) / 2
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
