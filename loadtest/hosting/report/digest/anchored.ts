import { anchoredParts } from '../../model/index.ts'
import { anchoredAddUp, type AddUp } from '../../parts/addUp.ts'
import { mean, quantile } from '../../statistics/index.ts'
import type { Condition } from './condition.ts'
import type { MeanPart } from './parts.ts'

/** From the device to the final anchor, of the traced readings of a condition. */
export interface ConditionAnchored {
  readonly samples: number
  readonly meanMs: number
  readonly medianMs: number
  /** Means, in the order of `anchoredParts`. */
  readonly parts: readonly MeanPart[]
  readonly addUp: AddUp
}

/** Undefined where no reading was traced to its final anchor. */
export function anchoredOf({ cells }: Condition): ConditionAnchored | undefined {
  const samples = cells.flatMap(({ anchored }) => anchored)
  if (samples.length === 0) return undefined
  const totals = Float64Array.from(samples, ({ totalUs }) => totalUs / 1_000).sort()
  const partMs = (at: number): number => mean.of(Float64Array.from(samples, ({ parts }) => (parts[at] ?? 0) / 1_000))
  return {
    samples: samples.length,
    meanMs: mean.of(totals),
    medianMs: quantile(0.5).of(totals),
    parts: anchoredParts.map((name, at) => ({ name, ms: partMs(at) })),
    addUp: anchoredAddUp(samples),
  }
}
