import type { PlacementCapacity } from '../digest/capacities.ts'
import { numberText } from '../markup/format.ts'

export interface CapacityInWords extends Pick<PlacementCapacity, 'placement' | 'perS' | 'ofBlocks'> {
  /** Such as `batched, one reading per request`. */
  readonly how: string
}

/** What 100 % is worth. */
export function capacitySentence({ placement, how, perS, ofBlocks }: CapacityInWords): string {
  const spread = ofBlocks.length < 2 ? 'one block' : `blocks from ${numberText(Math.min(...ofBlocks))} to ${numberText(Math.max(...ofBlocks))}`
  return `${placement} accepts ${numberText(perS)} requests/s (${spread}): ${how}.`
}
