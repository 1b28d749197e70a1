import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs'

/** After a crash the file has the old text or the new one, never a part (rename(2) replaces in one step). */
export function writeAtomically(path: string, text: string): void {
  const unfinished = `${path}.${process.pid}`
  const file = openSync(unfinished, 'w', 0o600)
  try {
    writeSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(unfinished, path)
}
