import { cellId, type Block, type Cell, type PlacementSpec, type Plan, type WriteMode } from '../model/index.ts'
import { shuffled } from './shuffled.ts'

/** Every cell of the matrix, in its own order. */
export function cellsOf({ matrix }: Plan): Cell[] {
  return matrix.flatMap(({ placements, networks, writeModes, workload, loads, repetitions }) =>
    placements.flatMap((placement) => writeModes.flatMap((writeMode) => networks.flatMap((network) => loads.flatMap((load) =>
      Array.from({ length: repetitions }, (_, at) => ({ placement, writeMode, workload, network, load, repetition: at + 1 })))))))
}

/**
 * The plan's blocks in the order in which they run: repetition by repetition, inside each in a random order (a randomized complete block design: Fisher,
 * The Design of Experiments, 1935, section 26), so that a machine that grows slower during the run does so for every placement alike. The order of the
 * cells in a block hangs on its id and the seed only: a run that is resumed has the same one.
 */
export function blocksOf(plan: Plan): Block[] {
  const blocks = groupedBlocks(plan)
  const repetitions = [...new Set(blocks.map(({ repetition }) => repetition))].toSorted((a, b) => a - b)
  return repetitions.flatMap((repetition) => shuffled(blocks.filter((block) => block.repetition === repetition), `${plan.seed}/repetition ${repetition}`))
}

function groupedBlocks(plan: Plan): Block[] {
  const specs = new Map(plan.placements.map((spec) => [spec.name, spec]))
  const groups = Map.groupBy(cellsOf(plan), ({ placement, writeMode, repetition }) => blockId(placement, writeMode, repetition))
  return [...groups].map(([id, cells]) => blockOf(id, cells, plan.seed, specs))
}

function blockOf(id: string, cells: readonly Cell[], seed: number, specs: ReadonlyMap<string, PlacementSpec>): Block {
  const [first] = cells
  const placement = specs.get(first?.placement ?? '')
  if (!first || !placement) throw new RangeError(`block ${id} has no placement`)
  const ordered = cells.toSorted((a, b) => (cellId(a) < cellId(b) ? -1 : 1))
  return { id, placement, writeMode: first.writeMode, repetition: first.repetition, cells: shuffled(ordered, `${seed}/${id}`) }
}

function blockId(placement: string, writeMode: WriteMode, repetition: number): string {
  return `${placement}.${writeMode}.r${repetition}`
}
