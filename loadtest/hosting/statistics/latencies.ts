import { outcomes, type RequestColumns } from '../model/index.ts'

const ACCEPTED = outcomes.indexOf('accepted')

/**
 * Latencies of the open model in µs, sorted, one for every request that was intended: what was late or failed, and also what was refused, never got what it
 * asked for, so it is slower than all others (+Infinity). A quick refusal would otherwise make a system that turns half of its devices away look fast, and
 * leaving requests out that had to wait is the coordinated omission that the open model is there to avoid (Tene, How NOT to Measure Latency, 2013;
 * Schroeder, Wierman and Harchol-Balter, Open Versus Closed, NSDI 2006). How many were refused stands in the counts of the cell.
 */
export function latenciesOf({ totalUs, outcome }: Pick<RequestColumns, 'totalUs' | 'outcome'>): Float64Array {
  return totalUs.map((total, at) => (outcome[at] === ACCEPTED && !Number.isNaN(total) ? total : Number.POSITIVE_INFINITY)).sort()
}
