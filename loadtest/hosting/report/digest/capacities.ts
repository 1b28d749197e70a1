import { median } from '../../../bench/statistics.ts'
import type { Run, WriteMode, Workload } from '../../model/index.ts'

/** What a placement bears at most in one way of writing, over all blocks that measured it. */
export interface PlacementCapacity {
  readonly placement: string
  readonly writeMode: WriteMode
  readonly workload: Workload
  /** Requests per second, the median of the blocks. */
  readonly perS: number
  /** Of each block, in the order of the repetitions. */
  readonly ofBlocks: readonly number[]
}

export function capacitiesOf({ blocks }: Pick<Run, 'blocks'>): PlacementCapacity[] {
  const measured = blocks.toSorted((a, b) => a.repetition - b.repetition).flatMap(({ placement, writeMode, capacities }) => capacities.map(({ workload, perS }) => ({ placement: placement.name, writeMode, workload, perS })))
  return [...Map.groupBy(measured, keyOf).values()].flatMap((same) => {
    const [first] = same
    const ofBlocks = same.map(({ perS }) => perS)
    return first === undefined ? [] : [{ ...first, perS: median(ofBlocks), ofBlocks }]
  })
}

/** Undefined where no block has measured it. */
export function capacityOf(run: Pick<Run, 'blocks'>, what: Omit<PlacementCapacity, 'perS' | 'ofBlocks'>): PlacementCapacity | undefined {
  return capacitiesOf(run).find((one) => keyOf(one) === keyOf(what))
}

function keyOf({ placement, writeMode, workload }: Omit<PlacementCapacity, 'perS' | 'ofBlocks'>): string {
  return `${placement}.${writeMode}.${workload}`
}
