import type { GroupLimits } from './limits.ts'

/** One group in the kernel's files; v1 and v2 differ in names, units and number of folders. */
export interface ControlGroup {
  /** A pid that is written there moves the process with all its threads; each of them must have it. */
  readonly procs: readonly string[]
  /** The same of the group above, where processes go back to. */
  readonly procsAbove: readonly string[]
  make(): void
  /** Also of processes that are in it already. */
  share(cpus: readonly number[]): void
  limit(limits: GroupLimits): void
  cpuUs(): number
  throttledUs(): number
  memoryPeak(): number | undefined
  killedForMemory(): number
  /** Fails while there is a process in it. */
  remove(): void
}
