import { existsSync, mkdirSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import type { ControlGroup } from './controlGroup.ts'
import { PERIOD_US, quotaUs } from './cores.ts'
import { cpuList } from './cpuList.ts'
import { countIn, readKernel, writeKernel } from './kernelFile.ts'
import type { GroupLimits } from './limits.ts'

export const v1Controllers = ['cpu', 'cpuacct', 'cpuset', 'memory'] as const
type Controller = (typeof v1Controllers)[number]
/** Where this process is, by controller; some may be one folder. */
export type V1Folders = Readonly<Record<Controller, string>>

const MIB = 1_024 * 1_024

/** cgroup v1: a folder for each controller (kernel documentation, admin-guide/cgroup-v1). */
export class V1Group implements ControlGroup {
  readonly #above: V1Folders
  readonly #name: string

  constructor(above: V1Folders, name: string) {
    this.#above = above
    this.#name = name
  }

  get procs(): string[] {
    return this.#folders.map((folder) => join(folder, 'cgroup.procs'))
  }

  get procsAbove(): string[] {
    return [...new Set(Object.values(this.#above))].map((folder) => join(folder, 'cgroup.procs'))
  }

  make(): void {
    for (const folder of this.#folders) mkdirSync(folder)
  }

  share(cpus: readonly number[]): void {
    // A new cpuset has nothing, and takes no process before it has both.
    writeKernel(this.#file('cpuset', 'cpuset.mems'), readKernel(join(this.#above.cpuset, 'cpuset.effective_mems')))
    writeKernel(this.#file('cpuset', 'cpuset.cpus'), cpuList(cpus))
    writeKernel(this.#file('cpu', 'cpu.cfs_period_us'), PERIOD_US)
  }

  limit({ cores, memoryMiB }: GroupLimits): void {
    writeKernel(this.#file('cpu', 'cpu.cfs_quota_us'), cores === undefined ? -1 : quotaUs(cores))
    this.#limitMemory(memoryMiB === undefined ? -1 : Math.round(memoryMiB * MIB))
  }

  cpuUs(): number {
    return Number(readKernel(this.#file('cpuacct', 'cpuacct.usage'))) / 1_000
  }

  throttledUs(): number {
    return countIn(this.#file('cpu', 'cpu.stat'), 'throttled_time') / 1_000
  }

  memoryPeak(): number {
    return Number(readKernel(this.#file('memory', 'memory.max_usage_in_bytes')))
  }

  killedForMemory(): number {
    return countIn(this.#file('memory', 'memory.oom_control'), 'oom_kill')
  }

  remove(): void {
    for (const folder of this.#folders) if (existsSync(folder)) rmdirSync(folder)
  }

  /** Memory with swap may never be less than memory alone, so it is out of the way first. It is absent where swap is not accounted. */
  #limitMemory(bytes: number): void {
    const withSwap = this.#file('memory', 'memory.memsw.limit_in_bytes')
    if (existsSync(withSwap)) writeKernel(withSwap, -1)
    writeKernel(this.#file('memory', 'memory.limit_in_bytes'), bytes)
    if (existsSync(withSwap)) writeKernel(withSwap, bytes)
  }

  #file(controller: Controller, name: string): string {
    return join(this.#above[controller], this.#name, name)
  }

  get #folders(): string[] {
    return [...new Set(Object.values(this.#above))].map((folder) => join(folder, this.#name))
  }
}
