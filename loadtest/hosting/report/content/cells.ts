import { fold, list, table, text, type Block, type Section } from '../document/block.ts'
import { outcomes, type MeasuredCell } from '../../model/index.ts'
import type { Condition } from '../digest/condition.ts'
import { offered } from '../digest/cost.ts'
import type { Digest } from '../digest/digest.ts'
import { numberText, percentText } from '../markup/format.ts'
import type { Steadiness } from '../../statistics/index.ts'

/** Every cell, so that nothing is hidden in a mean. */
export function cells({ conditions, run }: Digest): Section {
  const measured = run.blocks.flatMap((block) => block.cells)
  const unsteady = conditions.flatMap(({ steadiness }) => steadiness.filter(({ steady }) => !steady))
  const missing = conditions.filter(({ state }) => state === 'not measured')
  return {
    id: 'cells',
    title: 'Every cell',
    blocks: [
      text(`${measured.length} cells in ${run.blocks.length} blocks. ${unsteady.length} cells are not steady. ${missing.length} of ${conditions.length} conditions are without all their repetitions: they count as not measured.`),
      ...(missing.length === 0 ? [] : [fold('Not measured', [list(missing.map(({ id, cells: found, planned }) => `${id}: ${found.length} of ${planned} repetitions`))])]),
      fold('All cells', [cellTable(conditions)], 'page'),
      fold('Why cells are not steady', [reasons(conditions)]),
    ],
  }
}

function cellTable(conditions: readonly Condition[]): Block {
  const head = ['Cell', 'Started', 'Offered/s', 'Requests', ...outcomes, 'Refusals', 'Load generator', 'CPU of the system', 'Held back by its quota', 'Steady']
  return table('Every measured cell', head, conditions.flatMap(({ cells: found, steadiness }) => found.map((cell, index) => rowOf(cell, steadiness[index]))))
}

function rowOf(result: MeasuredCell, steadiness: Steadiness | undefined): string[] {
  const { placement, writeMode, workload, network, load, repetition } = result.cell
  const name = `${placement} ${writeMode} ${workload} ${network} ${percentText(load)} r${repetition}`
  const refusals = Object.entries(result.refusals).map(([problem, count]) => `${problem}: ${count}`).join(', ')
  const cpu = [result.generatorCpuShare, result.systemCpuUs / 1_000_000 / result.measuredS, result.systemThrottledUs / 1_000_000 / result.measuredS].map(percentText)
  return [name, result.startedAt, numberText(result.offeredPerS), numberText(offered(result)), ...outcomes.map((outcome) => String(result.counts[outcome])), refusals, ...cpu, steadiness?.steady === false ? 'no' : 'yes']
}

/** Of each by its id. */
function reasons(conditions: readonly Condition[]): Block {
  const rows = conditions.flatMap(({ id, cells: found, steadiness }) => steadiness.flatMap(({ steady, why }, index) => (steady ? [] : [[`${id}.r${found[index]?.cell.repetition ?? index + 1}`, why.join('; ')]])))
  return table('Cells that are not steady', ['Cell', 'Why'], rows)
}
