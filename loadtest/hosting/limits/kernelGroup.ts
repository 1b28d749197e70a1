import { processTree, waitUntil } from '@brume/testing'
import { existsSync } from 'node:fs'
import type { ControlGroup } from './controlGroup.ts'
import { requireCores } from './cores.ts'
import { pidsIn, writeKernel } from './kernelFile.ts'
import type { GroupLimits, SystemGroup } from './limits.ts'

const REMOVE_LIMIT_MS = 10_000
/** A process may start another one while its tree is moved: as often it is looked again. */
const MOST_PASSES = 20

/** Writes the shell's own pid (0) into each file before `--`, then becomes what follows. */
const enterScript = 'while [ "$1" != -- ]; do echo 0 > "$1" || exit 125; shift; done; shift; exec "$@"'

export interface GroupCpus {
  readonly own: readonly number[]
  /** Those of the other group too: for as long as its cores are not bounded. */
  readonly all: readonly number[]
}

/** A group that the kernel keeps. */
export class KernelGroup implements SystemGroup {
  readonly #group: ControlGroup
  readonly #cpus: GroupCpus
  #limits: GroupLimits = {}

  constructor(group: ControlGroup, cpus: GroupCpus) {
    this.#group = group
    this.#cpus = cpus
  }

  get wrapper(): readonly string[] {
    return ['/bin/sh', '-c', enterScript, 'enter-group', ...this.#group.procs, '--']
  }

  /** None once it is removed. */
  get pids(): readonly number[] {
    return [...new Set(this.#group.procs.filter((file) => existsSync(file)).flatMap(pidsIn))]
  }

  get cpus(): GroupCpus {
    return this.#cpus
  }

  /** What is set now. */
  get limits(): GroupLimits {
    return this.#limits
  }

  enter(pid: number): void {
    const seen = new Set<number>()
    for (let pass = 0; pass < MOST_PASSES; pass++) {
      const found = processTree(pid).filter((member) => !seen.has(member) && existsSync(`/proc/${member}`)) // `ps` itself is gone again
      if (found.length === 0) return
      for (const member of found) move(member, this.#group.procs)
      for (const member of found) seen.add(member)
    }
    throw new Error(`process ${pid} starts others faster than they can be put into a group`)
  }

  set(limits: GroupLimits): void {
    if (limits.cores !== undefined) requireCores(limits.cores, this.#cpus.own.length)
    this.#group.share(limits.cores === undefined ? this.#cpus.all : this.#cpus.own)
    this.#group.limit(limits)
    this.#limits = limits
  }

  unlimited(): void {
    this.set({})
  }

  cpuUs(): number {
    return this.#group.cpuUs()
  }

  throttledUs(): number {
    return this.#group.throttledUs()
  }

  memoryPeak(): number | undefined {
    return this.#group.memoryPeak()
  }

  killedForMemory(): number {
    return this.#group.killedForMemory()
  }

  /** Who is left goes back where this process came from; a process that is about to end holds its group for a moment longer. */
  async dispose(): Promise<void> {
    await waitUntil('the end of a group', () => {
      for (const pid of this.pids) move(pid, this.#group.procsAbove)
      this.#group.remove()
      return true
    }, { limitMs: REMOVE_LIMIT_MS, everyMs: 20 })
  }
}

/** One that has ended meanwhile is passed over. */
function move(pid: number, procs: readonly string[]): void {
  try {
    for (const file of procs) writeKernel(file, pid)
  } catch (error) {
    if (codeOf(error) !== 'ESRCH') throw error
  }
}

function codeOf(error: unknown): unknown {
  const cause = error instanceof Error ? error.cause : undefined
  return cause instanceof Error && 'code' in cause ? cause.code : undefined
}
