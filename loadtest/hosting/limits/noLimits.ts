import type { EnforcedLimits } from '../model/index.ts'
import { requireCores } from './cores.ts'
import type { Limits, SystemGroup } from './limits.ts'

/** Where the kernel gives us no groups: everything runs as it likes, and the results say so. */
export function noLimits(reason: string, cpus: number): Limits {
  const enforced: EnforcedLimits = { by: `none: ${reason}` }
  const group = freeGroup(cpus)
  return { load: group, system: group, enforced: () => enforced, [Symbol.asyncDispose]: async () => undefined }
}

function freeGroup(cpus: number): SystemGroup {
  return {
    wrapper: [],
    pids: [],
    enter: () => undefined,
    // What could not be had anywhere is refused here too.
    set: ({ cores }) => void (cores !== undefined && requireCores(cores, cpus)),
    unlimited: () => undefined,
    cpuUs: () => undefined,
    throttledUs: () => 0,
    memoryPeak: () => undefined,
    killedForMemory: () => 0,
  }
}
