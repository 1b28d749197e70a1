/** 128 and the number of SIGINT, as shells have it. */
export const INTERRUPTED = 130

/** Aborted by the first Ctrl-C: what runs is then ended in order. A second one ends at once, and whatever this process has started dies with it. */
export function interruption(): AbortSignal {
  const asked = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => (asked.signal.aborted ? process.exit(INTERRUPTED) : asked.abort(new Error('interrupted'))))
  return asked.signal
}
