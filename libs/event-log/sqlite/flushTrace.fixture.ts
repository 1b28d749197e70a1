/**
 * Reads what `strace -f -y` saw of one of the fixture processes, and says which acknowledgement left before the write-ahead log was flushed. kill -9 cannot
 * show that: it spares the page cache.
 */
export interface FlushVerdict {
  readonly acks: number
  readonly flushes: number
  /** Acknowledgements without a flush that began after the last write to the log and ended before the acknowledgement. */
  readonly uncovered: number[]
}

type Step = { readonly what: 'start' | 'ack'; readonly call: number } | { readonly what: 'write' | 'flush' }

export function judgeFlushes(trace: string): FlushVerdict {
  const steps = stepsOf(trace)
  const uncovered: number[] = []
  let covered = false
  for (const step of steps) {
    if (step.what === 'start' || step.what === 'write') covered = false
    if (step.what === 'flush') covered = true
    if (step.what === 'ack' && !covered) uncovered.push(step.call)
  }
  return { acks: count(steps, 'ack'), flushes: count(steps, 'flush'), uncovered }
}

function count(steps: readonly Step[], what: Step['what']): number {
  return steps.filter((step) => step.what === what).length
}

/** A call that another thread interrupts is split in two lines; it counts where it ends. */
function stepsOf(trace: string): Step[] {
  const unfinished = new Map<string, string>()
  const steps: Step[] = []
  for (const line of trace.split('\n')) {
    const [, pid = '', call = ''] = /^(\d+) +(.*)$/.exec(line) ?? []
    if (call.includes('<unfinished')) unfinished.set(pid, call)
    else {
      const step = stepOf(call.startsWith('<...') ? `${unfinished.get(pid) ?? ''}${call}` : call)
      if (step !== undefined) steps.push(step)
    }
  }
  return steps
}

function stepOf(call: string): Step | undefined {
  const [, what, number] = /^write\(1<[^>]*>, "(start|ack) (\d+)/.exec(call) ?? []
  if (what === 'start' || what === 'ack') return { what, call: Number(number) }
  if (/^pwrite64\(\d+<[^>]*-wal>/.test(call)) return { what: 'write' }
  if (/^(?:fdatasync|fsync)\(\d+<[^>]*-wal>.*\) += 0$/.test(call)) return { what: 'flush' }
  return undefined
}
