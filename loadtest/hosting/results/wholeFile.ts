import { closeSync, fsyncSync, openSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const BESIDE = '.tmp'

/** After a crash at any moment the file is what it was before, or what it shall be: written beside, flushed, renamed, and the folder flushed, which holds the name. */
export function writeWhole(path: string, content: string | Uint8Array): void {
  const beside = path + BESIDE
  writeFileSync(beside, content, { flush: true })
  renameSync(beside, path)
  flushFolder(dirname(path))
}

/** What a killed run left of files that it had not finished. */
export function removeUnfinished(folder: string): void {
  for (const name of readdirSync(folder)) if (name.endsWith(BESIDE)) rmSync(join(folder, name))
}

function flushFolder(folder: string): void {
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
