import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'
import { parseCpuList } from './cpuList.ts'
import { groupName, removeLeftovers } from './groupName.ts'
import { readKernel } from './kernelFile.ts'
import { KernelLimits, type Groups } from './kernelLimits.ts'
import type { Limits } from './limits.ts'
import { noLimits } from './noLimits.ts'
import { groupSources, ownGroups, type GroupSources } from './ownGroups.ts'
import { V1Group, v1Controllers, type V1Folders } from './v1Group.ts'
import { switchOn } from './v2Controllers.ts'
import { V2Group } from './v2Group.ts'

export interface LimitsOptions {
  /** Of the groups' names; default: random. */
  readonly suffix?: string
  /** Default: this process's own. */
  readonly sources?: GroupSources
}

/**
 * Parts this machine's CPUs between those who load and the system under test, below the groups that this process is in. Where that is not permitted nothing is
 * enforced, and `enforced()` says why. Nobody has been moved yet: the runner enters `load` before it starts others.
 */
export async function openLimits({ suffix = randomBytes(4).toString('hex'), sources = readSources() }: LimitsOptions = {}): Promise<Limits> {
  const all = os.cpus().length
  try {
    const { groups, cpus } = available(sources, suffix)
    return await KernelLimits.open(groups, cpus)
  } catch (error) {
    return noLimits(error instanceof Error ? error.message : String(error), all)
  }
}

/** Without /proc there are no groups. */
function readSources(): GroupSources {
  return existsSync('/proc/self/cgroup') ? groupSources() : { mounts: '', memberships: '' }
}

interface Available {
  readonly groups: Groups
  /** That this process may use. */
  readonly cpus: readonly number[]
}

function available(sources: GroupSources, suffix: string): Available {
  const { v1, v2 } = ownGroups(sources)
  const [cpu, cpuacct, cpuset, memory] = v1Controllers.map((name) => v1.get(name))
  if (cpu && cpuacct && cpuset && memory) return v1Groups({ cpu, cpuacct, cpuset, memory }, suffix)
  if (v2 !== undefined) return v2Groups(v2, suffix)
  throw new Error('this system shows no control groups with CPU, CPU set and memory')
}

function v1Groups(above: V1Folders, suffix: string): Available {
  for (const folder of new Set(Object.values(above))) removeLeftovers(folder)
  const [load, system] = [new V1Group(above, groupName('load', suffix)), new V1Group(above, groupName('system', suffix))]
  return { groups: { by: 'cgroup v1', load, system, prepare: () => () => undefined }, cpus: parseCpuList(readKernel(join(above.cpuset, 'cpuset.effective_cpus'))) }
}

function v2Groups(above: string, suffix: string): Available {
  removeLeftovers(above)
  const names = { load: groupName('load', suffix), system: groupName('system', suffix) }
  const [load, system] = [new V2Group(above, names.load), new V2Group(above, names.system)]
  const cpusFile = join(above, 'cpuset.cpus.effective')
  const cpus = existsSync(cpusFile) ? parseCpuList(readKernel(cpusFile)) : os.cpus().map((_, at) => at)
  return { groups: { by: 'cgroup v2', load, system, prepare: () => switchOn(above, join(above, names.load)) }, cpus }
}
