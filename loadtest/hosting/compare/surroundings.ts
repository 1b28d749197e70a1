import { isDeepStrictEqual } from 'node:util'
import type { AchievedDelay, EnforcedLimits, PlacementSpec, Run } from '../model/index.ts'
import type { ConditionKey } from '../report/digest/condition.ts'

type Block = Run['blocks'][number]

/** The tolerance that a block's achieved delay has against the asked one; two runs may be as far apart. */
const DELAY_SHARE = 0.1
const DELAY_MS = 0.5

/** Why the same condition of two runs is not the same: its placement, what was enforced, or its network. */
export function otherSurroundings(key: ConditionKey, first: Run, second: Run): string | undefined {
  const [before, after] = [blockOf(key, first), blockOf(key, second)]
  if (!before || !after) return 'it was not measured in both'
  return otherPlacement(before.placement, after.placement) ?? otherLimits(before.limits, after.limits) ?? otherDelay(delayOf(key, first), delayOf(key, second))
}

function blockOf({ placement, writeMode }: ConditionKey, { blocks }: Run): Block | undefined {
  return blocks.find((block) => block.placement.name === placement && block.writeMode === writeMode)
}

function otherPlacement(before: PlacementSpec, after: PlacementSpec): string | undefined {
  return isDeepStrictEqual(before, after) ? undefined : `the placement is another: ${placementText(before)} there, ${placementText(after)} here`
}

function placementText({ kind, cores, memoryMiB }: PlacementSpec): string {
  return `${kind} of ${cores} cores and ${memoryMiB} MiB`
}

function otherLimits(before: EnforcedLimits, after: EnforcedLimits): string | undefined {
  return isDeepStrictEqual(before, after) ? undefined : `other limits were enforced: ${limitsText(before)} there, ${limitsText(after)} here`
}

function limitsText({ by, systemCores, memoryMiB, systemCpus, loadCpus }: EnforcedLimits): string {
  const told = [by, systemCores && `${systemCores} cores`, memoryMiB && `${memoryMiB} MiB`, systemCpus && `system on CPU ${systemCpus}`, loadCpus && `load on CPU ${loadCpus}`]
  return told.filter(Boolean).join(', ')
}

/** Of all blocks of the placement and write mode, the mean. */
function delayOf({ placement, writeMode, network }: ConditionKey, { blocks }: Run): number | undefined {
  const delays = blocks.filter((block) => block.placement.name === placement && block.writeMode === writeMode).flatMap((block) => block.delays.filter((delay: AchievedDelay) => delay.network === network))
  return delays.length === 0 ? undefined : delays.reduce((sum, { achievedMs }) => sum + achievedMs, 0) / delays.length
}

function otherDelay(before: number | undefined, after: number | undefined): string | undefined {
  if (before === undefined || after === undefined) return before === after ? undefined : 'its delay was measured in one of both only'
  if (Math.abs(after - before) <= Math.max(DELAY_MS, DELAY_SHARE * before)) return undefined
  return `the network is another: ${before.toFixed(2)} ms there, ${after.toFixed(2)} ms here`
}
