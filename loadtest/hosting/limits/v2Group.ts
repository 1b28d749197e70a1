import { existsSync, mkdirSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import type { ControlGroup } from './controlGroup.ts'
import { PERIOD_US, quotaUs } from './cores.ts'
import { cpuList } from './cpuList.ts'
import { countIn, readKernel, writeKernel } from './kernelFile.ts'
import type { GroupLimits } from './limits.ts'

const MIB = 1_024 * 1_024

/** cgroup v2: one folder (kernel documentation, admin-guide/cgroup-v2). */
export class V2Group implements ControlGroup {
  readonly #above: string
  readonly #folder: string

  constructor(above: string, name: string) {
    this.#above = above
    this.#folder = join(above, name)
  }

  get procs(): string[] {
    return [this.#file('cgroup.procs')]
  }

  get procsAbove(): string[] {
    return [join(this.#above, 'cgroup.procs')]
  }

  make(): void {
    mkdirSync(this.#folder)
  }

  share(cpus: readonly number[]): void {
    writeKernel(this.#file('cpuset.cpus'), cpuList(cpus))
  }

  limit({ cores, memoryMiB }: GroupLimits): void {
    writeKernel(this.#file('cpu.max'), `${cores === undefined ? 'max' : quotaUs(cores)} ${PERIOD_US}`)
    writeKernel(this.#file('memory.max'), memoryMiB === undefined ? 'max' : Math.round(memoryMiB * MIB))
    // It is absent where swap is not accounted.
    if (existsSync(this.#file('memory.swap.max'))) writeKernel(this.#file('memory.swap.max'), memoryMiB === undefined ? 'max' : 0)
  }

  cpuUs(): number {
    return countIn(this.#file('cpu.stat'), 'usage_usec')
  }

  throttledUs(): number {
    return countIn(this.#file('cpu.stat'), 'throttled_usec')
  }

  /** Since Linux 5.19. */
  memoryPeak(): number | undefined {
    const file = this.#file('memory.peak')
    return existsSync(file) ? Number(readKernel(file)) : undefined
  }

  killedForMemory(): number {
    return countIn(this.#file('memory.events'), 'oom_kill')
  }

  remove(): void {
    if (existsSync(this.#folder)) rmdirSync(this.#folder)
  }

  #file(name: string): string {
    return join(this.#folder, name)
  }
}
