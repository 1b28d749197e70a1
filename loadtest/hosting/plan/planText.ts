import { cellId, type Block, type Plan } from '../model/index.ts'
import { minutes } from './estimate.ts'

/** What `--plan` prints: every block with its cells in the order in which they run, what is left out, and how long it takes. */
export function planText(plan: Plan, blocks: readonly Block[]): string {
  return [
    ...blocks.flatMap((block) => [`${block.id} (${limitsOf(block)})`, ...block.cells.map((cell) => `  ${cellId(cell)}`)]),
    '',
    'left out:',
    ...plan.leftOut.map(({ what, why }) => `  ${what}: ${why}`),
    '',
    summaryOf(plan, blocks),
  ].join('\n')
}

export function summaryOf(plan: Plan, blocks: readonly Block[]): string {
  const cells = blocks.reduce((total, block) => total + block.cells.length, 0)
  return `plan ${plan.name}, seed ${plan.seed}: ${cells} cells in ${blocks.length} blocks, each cell ${plan.warmUpS} s to warm up and ${plan.measuredS} s measured; about ${minutes(plan, blocks).toFixed(0)} min`
}

function limitsOf({ placement: { kind, cores, memoryMiB } }: Block): string {
  return `${kind}, ${cores} ${cores === 1 ? 'core' : 'cores'}, ${memoryMiB} MiB`
}
