import type { EnforcedLimits } from '../model/index.ts'

/** What a group may use; what is absent is not bounded. */
export interface GroupLimits {
  /** 0.25 is a quarter of one. Absent, it has all CPUs, those of the load too. */
  readonly cores?: number | undefined
  readonly memoryMiB?: number | undefined
}

/** Processes that share CPUs. What they start later is in the group too. */
export interface ProcessGroup {
  /** With its present children and all their threads. A process that has ended meanwhile is passed over. */
  enter(pid: number): void
  /** Goes before a command: whatever it starts is in the group from its first instruction. Empty where there are no groups. */
  readonly wrapper: readonly string[]
  readonly pids: readonly number[]
  /** CPU time of all that is or was in it, µs; undefined where there are no groups. */
  cpuUs(): number | undefined
}

export interface SystemGroup extends ProcessGroup {
  /** Replaces what was set before. @throws RangeError for more cores than the group has */
  set(limits: GroupLimits): void
  /** As a start wants it. */
  unlimited(): void
  /** How long it had work but no quota left, µs, all CPUs together. */
  throttledUs(): number
  /** Most memory that it has held, bytes; undefined where it is not known. */
  memoryPeak(): number | undefined
  /** Processes that the kernel has killed because the group was over its memory. */
  killedForMemory(): number
}

/** This machine in two: those who load, and the system under test. */
export interface Limits extends AsyncDisposable {
  /** Runner, k6, Toxiproxy, forwarder. */
  readonly load: ProcessGroup
  readonly system: SystemGroup
  /** As it is now. */
  enforced(): EnforcedLimits
}
