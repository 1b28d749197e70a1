import { processTree } from '@brume/testing'
import { setTimeout as delay } from 'node:timers/promises'
import { busyness, type Busyness } from './busyness.ts'
import { cpuTimes, type CpuTimes } from './cpuTimes.ts'

export interface BusyOptions {
  /** Most that others may use, of one CPU. Default 0.15: on a system of two CPUs that load and system share, it moves a latency by less than the intervals of the report. */
  readonly mostOthers?: number
  /** Most that the machine around may take, of one CPU (default the same). */
  readonly mostSteal?: number
  /** Of one look, ms (default 1,000): the kernel counts in steps of 10 ms. */
  readonly sampleMs?: number
  /** How long it may go on, ms (default 120,000). */
  readonly limitMs?: number
  /** Processes that are ours (default: this one and all below it). */
  readonly own?: () => readonly number[]
  /** Hears why it waits. */
  readonly progress?: (line: string) => void
  readonly signal?: AbortSignal
  readonly times?: () => CpuTimes
}

/** Others use so much of this machine that a measurement would say more about them. */
export class MachineBusy extends Error {
  override name = 'MachineBusy'
  readonly busyness: Busyness

  constructor(found: Busyness, limitMs: number) {
    super(`this machine is too busy to measure, for ${limitMs / 1_000} s now: ${said(found)}`)
    this.busyness = found
  }
}

/** Waits until the machine is quiet. @throws MachineBusy at the limit */
export async function refuseBusyMachine(options: BusyOptions = {}): Promise<Busyness> {
  const { mostOthers = 0.15, mostSteal = mostOthers, sampleMs = 1_000, limitMs = 120_000, own = () => processTree(process.pid), progress, signal, times = cpuTimes } = options
  const endMs = performance.now() + limitMs
  for (;;) {
    const before = times()
    await delay(sampleMs, undefined, { signal })
    const found = busyness(before, times(), new Set(own()))
    if (found.others <= mostOthers && found.steal <= mostSteal) return found
    if (performance.now() >= endMs) throw new MachineBusy(found, limitMs)
    progress?.(`waiting for a quiet machine: ${said(found)}`)
  }
}

function said({ others, steal, top }: Busyness): string {
  const who = top.map(({ pid, name, share }) => `${name} (pid ${pid}) ${percent(share)}`).join(', ')
  return `others use ${percent(others)} of a CPU${who && ` — ${who}`}; the machine around takes ${percent(steal)}`
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}
