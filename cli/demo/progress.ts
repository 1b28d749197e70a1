import { SingleBar } from 'cli-progress'

export interface Progress {
  to(done: number): void
  stop(): void
}

/** A bar on a terminal; elsewhere a line for each tenth, so that a log stays readable. */
export function startProgress(what: string, total: number): Progress {
  return process.stdout.isTTY ? bar(what, total) : lines(what, total)
}

function bar(what: string, total: number): Progress {
  const drawn = new SingleBar({ format: `  ${what} [{bar}] {value}/{total} {percentage}% {duration_formatted}`, hideCursor: true, stream: process.stdout })
  drawn.start(total, 0)
  return { to: (done) => drawn.update(done), stop: () => drawn.stop() }
}

function lines(what: string, total: number): Progress {
  let tenths = 0
  const to = (done: number): void => {
    const reached = Math.floor((done / total) * 10)
    if (reached <= tenths) return
    tenths = reached
    console.log(`  ${what} ${done}/${total}`)
  }
  return { to, stop: () => undefined }
}
