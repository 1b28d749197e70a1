import type { Run } from '../model/index.ts'
import { otherThan } from '../results/index.ts'

/** What else differs between two runs than their figures: said before all of these, because a change may come from it. Each one sentence. */
export function caveats(first: Run, second: Run): string[] {
  const [before, after] = [first.facts, second.facts]
  return [
    ...otherThan(before.machine, after.machine).map((what) => `Made of or on another: ${what}.`),
    ...goneOn(first, 'The first'), ...goneOn(second, 'The second'),
    ...differs('seconds of warm-up', before.plan.warmUpS, after.plan.warmUpS),
    ...differs('seconds measured', before.plan.measuredS, after.plan.measuredS),
    ...(before.plan.trial || after.plan.trial ? ['A trial plan measures for so short that its values say nothing.'] : []),
  ]
}

function goneOn({ facts: { resumed = [] } }: Run, which: string): string[] {
  return resumed.map(({ machine, at }) => `${which} run was gone on with at ${at}, at commit ${machine.commit} on ${machine.cpu}, so not all of it is of one making.`)
}

function differs(what: string, before: number, after: number): string[] {
  return before === after ? [] : [`Other ${what}: ${before} there, ${after} here.`]
}
