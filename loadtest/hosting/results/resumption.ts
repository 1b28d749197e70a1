import { isDeepStrictEqual } from 'node:util'
import type { MachineFacts, Plan, RunFacts } from '../model/index.ts'
import { BadResults } from './badResults.ts'

/** Blocks of another plan have other cells: one run cannot hold both. */
export function refuseOtherPlan(facts: RunFacts, plan: Plan, folder: string): void {
  const differing = differingMembers(facts.plan, plan)
  if (differing.length === 0) return
  throw new BadResults(`${folder} holds a run of another plan (${facts.plan.name}): ${differing.join(', ')} ${differing.length === 1 ? 'differs' : 'differ'}; give another folder, or that plan`)
}

/** What was measured by other code or on another machine does not belong into one run, unless somebody says so. */
export function refuseOtherMachine(facts: RunFacts, machine: MachineFacts, folder: string): void {
  const differing = otherThan(lastMachine(facts), machine)
  if (differing.length > 0) throw new BadResults(`${folder} cannot be gone on with as one run: ${differing.join('; ')}. Give another folder, or ask for it nevertheless`)
}

/** Of the blocks that come last. */
export function lastMachine({ machine, resumed }: RunFacts): MachineFacts {
  return resumed?.at(-1)?.machine ?? machine
}

/** Each in words: `commit a6a9eed there, 13e69b6 here`. */
export function otherThan(there: MachineFacts, here: MachineFacts): string[] {
  const [before, now] = [flat(there), flat(here)]
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])]
  return names.filter((name) => before[name] !== now[name]).map((name) => `${name} ${before[name] ?? 'unknown'} there, ${now[name] ?? 'unknown'} here`)
}

function flat({ cpu, cores, memoryGiB, kernel, versions, commit, dirty }: MachineFacts): Readonly<Record<string, string>> {
  return { commit: dirty ? `${commit} with changes` : commit, cpu, cores: String(cores), 'memory (GiB)': String(memoryGiB), kernel, ...versions }
}

function differingMembers(there: Plan, here: Plan): string[] {
  const [before, now] = [plain(there), plain(here)]
  return [...new Set([...Object.keys(before), ...Object.keys(now)])].filter((name) => !isDeepStrictEqual(before[name], now[name]))
}

/** As JSON has it: members that are undefined are not there. */
function plain(plan: Plan): Readonly<Record<string, unknown>> {
  return JSON.parse(JSON.stringify(plan))
}
