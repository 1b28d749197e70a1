import { armFactor } from './fewRepetitions.ts'

export interface Bounds {
  readonly low: number
  readonly high: number
}

/**
 * The middle `level` of resampled values, with its arms stretched about the value ({@link armFactor}). An arm that begins at infinity cannot be stretched:
 * then the outermost resample stands for it.
 *
 * @param lowest sorted, of which the lower bound is taken
 * @param highest the same values, save where one is not known: it counts as the worst for either bound
 */
export function bounds(lowest: Float64Array, highest: Float64Array, value: number, { level, repetitions }: { readonly level: number; readonly repetitions: number }): Bounds {
  const tail = Math.floor(((1 - level) / 2) * lowest.length)
  const from = Number.isFinite(value) ? tail : 0
  const [low = Number.NaN, high = Number.NaN] = [lowest[from], highest[highest.length - 1 - from]]
  if (from === 0 || repetitions === 1) return { low, high }
  const factor = armFactor(repetitions, level)
  return { low: value + (low - value) * factor, high: value + (high - value) * factor }
}
