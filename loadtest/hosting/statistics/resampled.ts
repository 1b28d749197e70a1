import type { Random } from './random.ts'
import type { Statistic } from './statistic.ts'

/** The statistic of so many resamples: for each, as many repetitions as there are, chosen with replacement, and of each choice as many requests as it has. */
export function resampled(repetitions: readonly Float64Array[], statistic: Statistic, resamples: number, random: Random): Float64Array {
  if (repetitions.length === 0 || repetitions.some(({ length }) => length === 0)) throw new RangeError('there is no interval without repetitions, or of one without requests')
  const draw = statistic.resampler(repetitions, random)
  const chosen = new Uint32Array(repetitions.length)
  const values = new Float64Array(resamples)
  for (let at = 0; at < resamples; at++) {
    choose(chosen, random)
    values[at] = draw(chosen)
  }
  return values
}

function choose(chosen: Uint32Array, random: Random): void {
  chosen.fill(0)
  for (let drawn = 0; drawn < chosen.length; drawn++) {
    const at = random.below(chosen.length)
    chosen[at] = (chosen[at] ?? 0) + 1
  }
}
