import { fold, table, text, type Section } from '../document/block.ts'
import type { Condition } from '../digest/condition.ts'
import { costOf, cpuMsPerReading } from '../digest/cost.ts'
import type { Digest } from '../digest/digest.ts'
import { total } from '../digest/cost.ts'
import { numberText, percentText } from '../markup/format.ts'
import { readingsPerRequest } from '../../model/index.ts'

/** What an anchored reading costs: gas, bytes, CPU. */
export function cost(digest: Digest): Section {
  const measured = digest.conditions.filter(({ state, workload }) => state !== 'not measured' && readingsPerRequest[workload] > 0)
  const groups = [...Map.groupBy(measured, ({ placement, writeMode, workload, load }) => JSON.stringify([placement, writeMode, workload, load])).values()]
  return {
    id: 'cost',
    title: 'What an anchored reading costs',
    blocks: [
      text('Gas and bytes are those of the chain\'s transactions and of what was stored during the measured time, divided by the readings that were anchored. CPU is that of the whole system under test, with its engine, database and log, divided by the readings that were accepted; at a low load the idle work of all processes is spread over few readings. The network is left out: it changes none of these.'),
      fold('Cost per reading', [table('Cost per reading, all networks and repetitions together', ['Placement', 'Write mode', 'Workload', 'Load', 'Gas', 'Chain bytes', 'Stored bytes', 'CPU ms', 'Readings anchored'], groups.flatMap(rowOf))]),
    ],
  }
}

function rowOf(conditions: readonly Condition[]): string[][] {
  const [first] = conditions
  if (first === undefined) return []
  const together = { ...first, cells: conditions.flatMap(({ cells }) => cells) }
  const [found, cpu] = [costOf(together), cpuMsPerReading(together)]
  const anchored = total(together.cells.map((cell) => cell.cost?.readings ?? 0))
  const each = found === undefined ? ['–', '–', '–'] : [numberText(found.gas), numberText(found.chainBytes), numberText(found.storedBytes)]
  return [[first.placement, first.writeMode, first.workload, percentText(first.load), ...each, cpu === undefined ? '–' : numberText(cpu), numberText(anchored)]]
}
