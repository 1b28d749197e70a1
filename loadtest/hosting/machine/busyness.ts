import type { CpuTimes } from './cpuTimes.ts'

export interface BusyProcess {
  readonly pid: number
  readonly name: string
  /** Of one CPU. */
  readonly share: number
}

/** What others did with this machine between two looks. All shares of one CPU: 2 is two whole CPUs. */
export interface Busyness {
  /** Everything that was not ours, the kernel's own work and processes that have ended meanwhile included. */
  readonly others: number
  /** Shown apart: nobody on this machine can be told to stop it. */
  readonly steal: number
  /** Who it was, the busiest first. */
  readonly top: readonly BusyProcess[]
}

const SHOWN = 5

export function busyness(before: CpuTimes, after: CpuTimes, own: ReadonlySet<number>): Busyness {
  const spanUs = (after.atMs - before.atMs) * 1_000
  const used = [...after.processes].map(([pid, { name, us }]) => ({ pid, name, share: (us - (before.processes.get(pid)?.us ?? us)) / spanUs }))
  const ours = used.filter(({ pid }) => own.has(pid)).reduce((sum, { share }) => sum + share, 0)
  return {
    others: Math.max(0, (after.busyUs - before.busyUs) / spanUs - ours),
    steal: (after.stealUs - before.stealUs) / spanUs,
    top: used.filter(({ pid, share }) => !own.has(pid) && share > 0).toSorted((a, b) => b.share - a.share).slice(0, SHOWN),
  }
}
