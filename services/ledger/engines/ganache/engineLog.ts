import { closeSync, existsSync, openSync, readSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'

const maxBytes = 1024 * 1024
const tailBytes = 2_000

function logPath(dataDir: string): string {
  return join(dataDir, 'engine.log')
}

/** A descriptor for what the engine prints. A full log becomes `engine.log.1`, so a volume has at most two. */
export function openEngineLog(dataDir: string): number {
  const path = logPath(dataDir)
  if (existsSync(path) && statSync(path).size > maxBytes) renameSync(path, `${path}.1`)
  return openSync(path, 'a', 0o600)
}

/** What a failed engine said at last: its process ends with one line for this. */
export function lastLineOfEngineLog(dataDir: string): string {
  if (!existsSync(logPath(dataDir))) return ''
  const file = openSync(logPath(dataDir), 'r')
  try {
    const tail = Buffer.alloc(tailBytes)
    const from = Math.max(0, statSync(logPath(dataDir)).size - tailBytes)
    return tail.toString('utf8', 0, readSync(file, tail, 0, tailBytes, from)).trim().split('\n').at(-1) ?? ''
  } finally {
    closeSync(file)
  }
}
