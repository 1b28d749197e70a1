import { readdirSync, readFileSync } from 'node:fs'
import { ticksToUs } from '../../bench/probes/processUsage.ts'

/** CPU time of one process, all threads, since it began. */
export interface ProcessTime {
  readonly name: string
  readonly us: number
}

/** A look at /proc: all times since the machine started, µs. */
export interface CpuTimes {
  readonly atMs: number
  /** Of all CPUs together, spent on work of this machine. */
  readonly busyUs: number
  /** What the machine around a virtual one took away. */
  readonly stealUs: number
  readonly processes: ReadonlyMap<number, ProcessTime>
}

export function cpuTimes(nowMs: () => number = () => performance.now()): CpuTimes {
  const [user, nice, system, , , irq, softirq, steal] = totals(readFileSync('/proc/stat', 'utf8'))
  return { atMs: nowMs(), busyUs: user + nice + system + irq + softirq, stealUs: steal, processes: new Map(readdirSync('/proc').flatMap(timeOf)) }
}

/** proc_stat(5): user nice system idle iowait irq softirq steal; waiting for a disk uses no CPU. */
function totals(stat: string): [number, number, number, number, number, number, number, number] {
  const field = (at: number): number => ticksToUs(Number(/^cpu +(.*)$/m.exec(stat)?.[1]?.split(' ')[at] ?? 0))
  return [field(0), field(1), field(2), field(3), field(4), field(5), field(6), field(7)]
}

/** None for what is no process, or has ended meanwhile. */
function timeOf(entry: string): [number, ProcessTime][] {
  if (!/^\d+$/.test(entry)) return []
  try {
    const stat = readFileSync(`/proc/${entry}/stat`, 'utf8')
    const end = stat.lastIndexOf(')')
    const fields = stat.slice(end + 2).split(' ')
    return [[Number(entry), { name: stat.slice(stat.indexOf('(') + 1, end), us: ticksToUs(Number(fields[11]) + Number(fields[12])) }]]
  } catch {
    return []
  }
}
