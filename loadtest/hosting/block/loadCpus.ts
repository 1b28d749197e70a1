import os from 'node:os'
import { parseCpuList } from '../limits/cpuList.ts'
import type { EnforcedLimits } from '../model/index.ts'

/** How many CPUs the generator and the proxies have; where nothing is enforced, all of them. */
export function loadCpus({ loadCpus: list }: EnforcedLimits): number {
  return list === undefined ? os.cpus().length : parseCpuList(list).length
}
