import { refuseBusyMachine } from '../machine/index.ts'
import { RESULTS_VERSION, type AchievedDelay, type Block, type BlockResult, type Capacity, type Cell, type RequestColumns } from '../model/index.ts'
import { achievedDelays } from './achievedDelays.ts'
import type { BlockBench } from './blockBench.ts'
import { blockCapacities } from './blockCapacities.ts'
import { measureCell, type CellMeasured } from './measureCell.ts'
import { UnderTest } from './underTest.ts'

export interface BlockMeasured {
  readonly result: BlockResult
  /** In the order of the cells. */
  readonly columns: readonly RequestColumns[]
}

/**
 * A quiet machine, a fresh system, its capacities, the networks that it was asked to have, and then the cells. Nothing else runs meanwhile. Whatever goes wrong,
 * nothing is left of the system.
 */
export async function runBlock(block: Block, bench: BlockBench): Promise<BlockMeasured> {
  const { signal, progress } = bench
  // What a trial measures says nothing, on a busy machine as on a quiet one.
  if (!bench.plan.trial) await refuseBusyMachine({ signal, progress })
  await using system = await UnderTest.start(block, bench)
  try {
    return await measured(block, system, bench)
  } catch (error) {
    system.placement.requireWhole() // a part that is gone is why everything after it failed
    throw error
  }
}

async function measured(block: Block, system: UnderTest, bench: BlockBench): Promise<BlockMeasured> {
  const capacities = await blockCapacities(block, system, bench) // first: at its limit a system warms up
  const delays = await achievedDelays(block, system.links, bench)
  const cells = await measureCells(block, { delays, capacities }, system, bench)
  const { id, placement, writeMode, repetition } = block
  const result = { version: RESULTS_VERSION, id, placement, writeMode, repetition, limits: system.limits, delays, capacities, cells: cells.map(({ result }) => result) } as const
  return { result, columns: cells.map(({ columns }) => columns) }
}

async function measureCells({ cells }: Block, measured: Pick<BlockResult, 'delays' | 'capacities'>, system: UnderTest, bench: BlockBench): Promise<CellMeasured[]> {
  const done: CellMeasured[] = []
  for (const cell of cells) {
    bench.signal.throwIfAborted()
    done.push(await measureCell(cell, { delay: delayOf(cell, measured), capacity: capacityOf(cell, measured) }, system, bench))
    system.placement.requireWhole()
  }
  return done
}

function delayOf({ network }: Cell, { delays }: Pick<BlockResult, 'delays'>): AchievedDelay {
  const delay = delays.find((one) => one.network === network)
  if (delay === undefined) throw new RangeError(`the delay of ${network} has not been measured`)
  return delay
}

function capacityOf({ workload }: Cell, { capacities }: Pick<BlockResult, 'capacities'>): Capacity {
  const capacity = capacities.find((one) => one.workload === workload)
  if (capacity === undefined) throw new RangeError(`the capacity for ${workload} has not been measured`)
  return capacity
}
