import { seedOf } from './seedOf.ts'
import { Random } from '../statistics/random.ts'

/** In a random order that hangs on `seedText` only (Fisher and Yates; Durstenfeld, Algorithm 235, CACM 7, 1964). */
export function shuffled<T>(items: readonly T[], seedText: string): T[] {
  const random = new Random(seedOf(seedText))
  const rest = [...items]
  return items.flatMap(() => rest.splice(random.below(rest.length), 1))
}
