import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/** As much as SQLite's log writes for a small commit: one page. */
const WRITE_BYTES = 4_096
const WRITES = 400

/** Appends one page and makes it durable, again and again, in a file of its own. @returns ms of each write with its fdatasync */
export function probeFsync(folder: string, writes = WRITES): number[] {
  const path = join(folder, 'fsync-probe')
  const file = openSync(path, 'w')
  try {
    return Array.from({ length: writes }, () => writeDurably(file))
  } finally {
    closeSync(file)
    rmSync(path)
  }
}

const page = Buffer.alloc(WRITE_BYTES, 0x5a)

function writeDurably(file: number): number {
  const startMs = performance.now()
  writeSync(file, page)
  fdatasyncSync(file)
  return performance.now() - startMs
}
