import type { EnforcedLimits } from '../model/index.ts'
import type { ControlGroup } from './controlGroup.ts'
import { cpuList, shareCpus, type CpuShares } from './cpuList.ts'
import { KernelGroup, type GroupCpus } from './kernelGroup.ts'
import type { Limits } from './limits.ts'

/** What v1 and v2 each bring. */
export interface Groups {
  readonly by: string
  readonly load: ControlGroup
  readonly system: ControlGroup
  /** Once both are made, before they are used. @returns how to undo it */
  prepare(): () => void
}

/** Two groups that the kernel keeps. */
export class KernelLimits implements Limits {
  readonly load: KernelGroup
  readonly system: KernelGroup
  readonly #by: string
  readonly #shares: CpuShares | undefined
  readonly #all: readonly number[]
  readonly #undo: () => void

  private constructor({ by, load, system }: Groups, all: readonly number[], undo: () => void) {
    const shares = shareCpus(all)
    this.load = new KernelGroup(load, cpusOf(shares?.load, all))
    this.system = new KernelGroup(system, cpusOf(shares?.system, all))
    this.#by = by
    this.#shares = shares
    this.#all = all
    this.#undo = undo
  }

  /**
   * Makes the groups. A failure leaves none.
   *
   * @param all CPUs to share; one of them cannot be shared, and both groups have it
   */
  static async open(groups: Groups, all: readonly number[]): Promise<KernelLimits> {
    let undo = (): void => undefined
    try {
      for (const group of [groups.load, groups.system]) group.make()
      undo = groups.prepare()
      const limits = new KernelLimits(groups, all, undo)
      groups.load.share(limits.load.cpus.own)
      limits.system.unlimited()
      return limits
    } catch (error) {
      await new KernelLimits(groups, all, undo)[Symbol.asyncDispose]()
      throw error
    }
  }

  enforced(): EnforcedLimits {
    const { cores, memoryMiB } = this.system.limits
    const own = this.#shares && { systemCpus: cpuList(cores === undefined ? this.#all : this.#shares.system), loadCpus: cpuList(this.#shares.load) }
    return { by: this.#by, ...own, ...(cores !== undefined && { systemCores: cores }), ...(memoryMiB !== undefined && { memoryMiB }) }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#undo()
    await this.system.dispose()
    await this.load.dispose()
  }
}

function cpusOf(own: readonly number[] | undefined, all: readonly number[]): GroupCpus {
  return { own: own ?? all, all }
}
