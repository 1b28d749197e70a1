import { figure, list, table, text, type Block, type Section } from '../document/block.ts'
import { anchoredStack, promisedStack } from '../charts/partsStack.ts'
import { anchoredOf } from '../digest/anchored.ts'
import type { Condition } from '../digest/condition.ts'
import type { Digest } from '../digest/digest.ts'
import type { MeanPart } from '../digest/parts.ts'
import { fold } from '../document/block.ts'
import { numberText, percentText } from '../markup/format.ts'
import { ADD_UP_LIMIT, type AddUp } from '../../parts/addUp.ts'

/** Where the time goes, and whether the parts are the whole. */
export function parts(digest: Digest): Section {
  const measured = digest.conditions.filter(({ state }) => state !== 'not measured')
  const promised = measured.flatMap((condition) => withParts(condition, digest.parts(condition)))
  const anchored = measured.flatMap((condition) => withParts(condition, anchoredOf(condition)))
  return {
    id: 'parts',
    title: 'Where the time goes',
    blocks: [
      text('Only means add up, so these are means. "Network" is the answer\'s time less the server\'s own total and less what the generator sent late: the imposed delay, proxies, kernel queues, and what waits in the socket of a busy server. Near saturation it is therefore more than the delay.'),
      ...digest.families.flatMap((family) => [promisedStack(digest, family), anchoredStack(digest, family)].flatMap((stack) => (stack === undefined ? [] : [figure(stack)]))),
      ...tables('to the promise', promised),
      ...tables('to the final anchor', anchored),
    ],
  }
}

interface Row {
  readonly condition: Condition
  readonly parts: readonly MeanPart[]
  readonly meanMs: number
  readonly addUp: AddUp
}

function withParts(condition: Condition, found: Omit<Row, 'condition'> | undefined): Row[] {
  return found === undefined ? [] : [{ condition, parts: found.parts, meanMs: found.meanMs, addUp: found.addUp }]
}

function tables(way: string, rows: readonly Row[]): Block[] {
  const [first] = rows
  if (first === undefined) return [text(`No parts were measured on the way ${way}.`)]
  const head = ['Condition', ...first.parts.map(({ name }) => `${name}, ms`), 'whole, ms', 'requests', 'error, median', 'error, mean', 'adds up']
  return [...checked(way, rows), fold(`Parts ${way}, in numbers`, [table(`Mean parts on the way ${way}`, head, rows.map(rowText))])]
}

function rowText({ condition, parts: each, meanMs, addUp }: Row): string[] {
  return [nameOf(condition), ...each.map(({ ms }) => numberText(ms)), numberText(meanMs), numberText(addUp.requests), percentErrorText(addUp.medianError), percentErrorText(addUp.meanError), addUp.holds ? 'yes' : 'no']
}

/** The check, and where it fails. */
function checked(way: string, rows: readonly Row[]): Block[] {
  const failed = rows.filter(({ addUp }) => !addUp.holds)
  const holds = `The named parts ${way} are within ${percentText(ADD_UP_LIMIT)} of the whole, per request in the median and in the mean, in ${rows.length - failed.length} of ${rows.length} conditions.`
  if (failed.length === 0) return [text(holds)]
  return [text(`${holds} They are not in:`), list(failed.map(({ condition, addUp }) => `${nameOf(condition)}: ${percentErrorText(addUp.medianError)} off in the median, ${percentErrorText(addUp.meanError)} in the mean`))]
}

function nameOf({ placement, writeMode, workload, network, load }: Condition): string {
  return `${placement}, ${writeMode}, ${workload}, ${network}, ${percentText(load)}`
}

function percentErrorText(error: number): string {
  return Number.isFinite(error) ? `${numberText(error * 100)} %` : '–'
}
