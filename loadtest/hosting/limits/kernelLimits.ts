import type { EnforcedLimits } from '../model/index.ts'
import type { ControlGroup } from './controlGroup.ts'
import { cpuList, type CpuShares } from './cpuList.ts'
import { KernelGroup } from './kernelGroup.ts'
import type { Limits } from './limits.ts'

/** What v1 and v2 each bring. */
export interface Groups {
  readonly by: string
  readonly load: ControlGroup
  readonly system: ControlGroup
  /** Once both are made, before they are used. @returns how to undo it */
  prepare(): () => void
}

export interface Cpus {
  /** Undefined: one CPU for both. */
  readonly shares: CpuShares | undefined
  /** Of the system's group. */
  readonly system: number
}

/** Two groups that the kernel keeps. */
export class KernelLimits implements Limits {
  readonly load: KernelGroup
  readonly system: KernelGroup
  readonly #by: string
  readonly #shares: CpuShares | undefined
  readonly #undo: () => void

  private constructor({ by, load, system }: Groups, cpus: Cpus, undo: () => void) {
    this.load = new KernelGroup(load, cpus.shares?.load.length ?? cpus.system)
    this.system = new KernelGroup(system, cpus.system)
    this.#by = by
    this.#shares = cpus.shares
    this.#undo = undo
  }

  /** Makes the groups. A failure leaves none. */
  static async open(groups: Groups, cpus: Cpus): Promise<KernelLimits> {
    let undo = (): void => undefined
    try {
      for (const group of [groups.load, groups.system]) group.make()
      undo = groups.prepare()
      groups.load.share(cpus.shares?.load)
      groups.system.share(cpus.shares?.system)
      const limits = new KernelLimits(groups, cpus, undo)
      limits.system.unlimited()
      return limits
    } catch (error) {
      await new KernelLimits(groups, cpus, undo)[Symbol.asyncDispose]()
      throw error
    }
  }

  enforced(): EnforcedLimits {
    const { cores, memoryMiB } = this.system.limits
    const own = this.#shares && { systemCpus: cpuList(this.#shares.system), loadCpus: cpuList(this.#shares.load) }
    return { by: this.#by, ...own, ...(cores !== undefined && { systemCores: cores }), ...(memoryMiB !== undefined && { memoryMiB }) }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#undo()
    await this.system.dispose()
    await this.load.dispose()
  }
}
