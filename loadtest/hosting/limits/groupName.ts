import { readdirSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'

/** The pid says whose it is, the suffix keeps two of one process apart. */
export function groupName(part: 'load' | 'system', suffix: string): string {
  return `brume-loadtest-${process.pid}-${suffix}.${part}`
}

/** Removes what killed runs have left: groups of a process that is no more, with nobody in them. Others are not ours to touch. */
export function removeLeftovers(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = Number(/^brume-loadtest-(\d+)-\w+\.(?:load|system)$/.exec(name)?.[1] ?? 0)
    if (pid > 0 && !isAlive(pid)) removeEmpty(join(folder, name))
  }
}

/** rmdir(2) of a group fails with EBUSY while there is a process in it; and another run may have been quicker. */
function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && (error.code === 'EBUSY' || error.code === 'ENOENT'))) throw error
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH')
  }
}
