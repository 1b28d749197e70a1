/** One finished system call of a trace, in the order in which calls ended. */
export interface TracedCall {
  name: string
  text: string
}

const line = /^(?:(\d+)\s+)?(?:<\.\.\. (\w+) resumed>)?(.*)$/

/**
 * Reads `strace -f` output. A call that another thread interrupts stands on two lines, `<unfinished ...>` and `<... resumed>`: it counts
 * where it ended, with the text of both. Writes count where they began, because their bytes may leave before the call returns.
 */
export function finishedCalls(trace: string): TracedCall[] {
  const unfinished = new Map<string, string>()
  const calls: TracedCall[] = []
  for (const raw of trace.split('\n')) {
    const [, pid = '', resumed, rest = ''] = line.exec(raw) ?? []
    const name = resumed ?? /^(\w+)\(/.exec(rest)?.[1]
    if (name === undefined) continue
    const leaves = name === 'write' || name === 'writev' || name === 'sendto'
    if (rest.includes('<unfinished ...>')) {
      unfinished.set(pid, rest)
      if (leaves) calls.push({ name, text: rest })
    } else if (resumed === undefined) calls.push({ name, text: rest })
    else if (!leaves) calls.push({ name, text: `${unfinished.get(pid) ?? ''}${rest}` })
  }
  return calls
}

/**
 * The answers `202` that left although something was written to the log after its last fdatasync.
 * @returns how many 202 were seen, how many of them came too early, and how many syncs there were
 */
export function earlyAnswers(calls: TracedCall[], logFile: string): { answers: number; early: number; syncs: number } {
  const found = { answers: 0, early: 0, syncs: 0 }
  let dirty = false
  for (const { name, text } of calls) {
    if (name === 'pwrite64' && text.includes(`${logFile}-wal>`)) dirty = true
    if ((name === 'fdatasync' || name === 'fsync') && text.includes(`${logFile}-wal>`)) {
      dirty = false
      found.syncs++
    }
    if (/HTTP\/1\.1 202/.test(text)) {
      found.answers++
      if (dirty) found.early++
    }
  }
  return found
}
