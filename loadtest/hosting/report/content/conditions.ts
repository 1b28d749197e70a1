import { fold, list, table, text, type Block, type Section } from '../document/block.ts'
import { capacitiesOf } from '../digest/capacities.ts'
import type { Digest } from '../digest/digest.ts'
import { numberText } from '../markup/format.ts'

/** Under which conditions the numbers hold: limits, machine, versions, plan. */
export function conditionsSection({ run, plan }: Digest): Section {
  const { machine, startedAt, resumed = [] } = run.facts
  return {
    id: 'conditions',
    title: 'Machine, limits, plan',
    blocks: [
      text(`Begun ${startedAt}, commit ${machine.commit}${machine.dirty ? ' with changes' : ''}, plan "${plan.name}", seed ${plan.seed}: ${plan.warmUpS} s warm-up and ${plan.measuredS} s measured per cell. ${machine.cpu}, ${machine.cores} cores, ${numberText(machine.memoryGiB)} GiB, ${machine.kernel}.`),
      ...resumed.map(({ at, machine: later }) => text(`Gone on with ${at} on commit ${later.commit}${later.dirty ? ' with changes' : ''}, ${later.cpu}, ${later.kernel}: blocks measured later are of that.`)),
      limits(run.blocks),
      fold('Versions', [table('Versions', ['Program', 'Version'], Object.entries(machine.versions))]),
      fold('The plan', [table('Cells of the plan', ['Placements', 'Networks', 'Write modes', 'Workload', 'Loads', 'Repetitions'], plan.matrix.map((part) => [part.placements.join(', '), part.networks.join(', '), part.writeModes.join(', '), part.workload, part.loads.join(', '), String(part.repetitions)]))]),
      ...capacities(run),
      text('Left out of the matrix, and why:'),
      list(plan.leftOut.length === 0 ? ['Nothing is listed.'] : plan.leftOut.map(({ what, why }) => `${what}: ${why}`)),
    ],
  }
}

/** What was really bounded, not what was asked: blocks that had the same share a row. */
function limits(blocks: Digest['run']['blocks']): Block {
  const rows = blocks.map(({ placement, limits: given }) => [placement.name, `${placement.cores} cores, ${placement.memoryMiB} MiB`, given.by, orNot(given.systemCores, 'cores'), orNot(given.memoryMiB, 'MiB'), orNot(given.systemCpus, ''), orNot(given.loadCpus, '')])
  const groups = [...Map.groupBy(rows, (row) => JSON.stringify(row)).values()]
  return table('Limits: asked, and what this machine enforced', ['Placement', 'Asked', 'Enforced by', 'CPU share', 'Memory', 'CPUs of the system', 'CPUs of the load', 'Blocks'], groups.map((same) => [...(same[0] ?? []), String(same.length)]))
}

function orNot(value: number | string | undefined, unit: string): string {
  return value === undefined ? 'not enforced' : `${value} ${unit}`.trim()
}

function capacities(run: Digest['run']): Block[] {
  const rows = capacitiesOf(run).map(({ placement, writeMode, workload, perS, ofBlocks }) => [placement, writeMode, workload, numberText(perS), ofBlocks.map(numberText).join(', ')])
  return [fold('Capacities', [table('Capacity of each placement, measured without imposed delays at the beginning of each block', ['Placement', 'Write mode', 'Workload', 'Requests/s, median', 'Of each block'], rows)])]
}
