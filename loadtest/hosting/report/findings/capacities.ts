import { numberText } from '../markup/format.ts'

export interface PlacementCapacity {
  readonly placement: string
  /** Such as `batched, one reading per request`. */
  readonly how: string
  readonly perS: number
  readonly rounds: readonly number[]
}

/** What 100 % is worth. */
export function capacitySentence({ placement, how, perS, rounds }: PlacementCapacity): string {
  const spread = rounds.length < 2 ? 'one round' : `rounds from ${numberText(Math.min(...rounds))} to ${numberText(Math.max(...rounds))}`
  return `${placement} accepts ${numberText(perS)} requests/s (${spread}): ${how}.`
}
