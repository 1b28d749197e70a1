import { processTree } from '@brume/testing'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { sum } from '../statistics.ts'

/** Of a process, all its threads: CPU time since it began, µs. Read from /proc/<pid>/stat (proc(5)), in steps of one clock tick (10 ms). */
export function cpuUsOf(pid: number): number {
  const [user, system] = timesOf(pid)
  return user + system
}

/** Of a process and all below it, those that have ended included: PostgreSQL serves each connection by a process. */
export function treeCpuUsOf(pid: number): number {
  for (;;) {
    try {
      return sum(processTree(pid).flatMap(timesOf))
    } catch (error) {
      // One has ended meanwhile: its time now counts with its parent's.
      if (!isGone(error)) throw error
    }
  }
}

/** µs in user and system mode, and the same of children that have ended and been waited for. */
function timesOf(pid: number): [user: number, system: number, childrenUser: number, childrenSystem: number] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The command's name stands in brackets and may hold spaces: count from behind it. utime, stime, cutime and cstime are fields 14 to 17.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const us = (field: number): number => ticksToUs(Number(fields[field]))
  return [us(11), us(12), us(13), us(14)]
}

function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH')
}

/** The kernel's clock ticks, in which /proc counts. */
export function ticksToUs(ticks: number): number {
  return (ticks * 1_000_000) / ticksPerSecond
}

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))

/** Resident set, MB of 10⁶ bytes. */
export function rssMbOf(pid: number): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  if (kib === undefined) throw new Error(`process ${pid} has no resident set`)
  return (Number(kib) * 1_024) / 1_000_000
}
