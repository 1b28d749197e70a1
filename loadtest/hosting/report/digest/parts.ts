import { promisedAddUp, type AddUp } from '../../parts/addUp.ts'
import { promisedPartNames, promisedParts, type PromisedParts } from '../../parts/promisedParts.ts'
import { mean, quantile } from '../../statistics/index.ts'
import type { Condition } from './condition.ts'
import { estimated, type Estimate } from './estimate.ts'

export interface MeanPart {
  readonly name: string
  readonly ms: number
}

/** Of the accepted requests of a condition, all repetitions together. */
export interface ConditionParts {
  readonly requests: number
  readonly meanMs: number
  /** Means, in the order of `promisedPartNames`: only means add up, percentiles do not. */
  readonly parts: readonly MeanPart[]
  /** Of each request, the network's share of its total; the median over the requests. */
  readonly networkShare: Estimate | undefined
  /** How far the named parts, without the rest of the server, are from the total. */
  readonly addUp: AddUp
}

/** Undefined where no request has parts. */
export function partsOf({ cells }: Condition, seed: number): ConditionParts | undefined {
  const each = cells.map(({ requests }) => promisedParts(requests))
  const all = together(each)
  if (all.totalUs.length === 0) return undefined
  return {
    requests: all.totalUs.length,
    meanMs: mean.of(all.totalUs) / 1_000,
    parts: promisedPartNames.map((name) => ({ name, ms: mean.of(all.parts[name]) / 1_000 })),
    networkShare: estimated(each.map(networkShares), quantile(0.5), seed),
    addUp: promisedAddUp(all),
  }
}

function networkShares({ totalUs, parts }: PromisedParts): Float64Array {
  return parts.network.map((network, row) => network / (totalUs[row] ?? Number.NaN)).sort()
}

function together(each: readonly PromisedParts[]): PromisedParts {
  const joined = (of: (one: PromisedParts) => Float64Array): Float64Array => Float64Array.from(each.flatMap((one) => [...of(one)]))
  const column = (name: keyof PromisedParts['parts']): Float64Array => joined(({ parts }) => parts[name])
  const parts = { late: column('late'), network: column('network'), 'parse + verify': column('parse + verify'), append: column('append'), promise: column('promise'), 'rest of the server': column('rest of the server') }
  return { rows: new Uint32Array(), totalUs: joined(({ totalUs }) => totalUs), parts }
}
