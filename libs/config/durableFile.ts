import { closeSync, fsyncSync, openSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** A new file, readable by its owner only (0600), whole and on the disk when this returns. Its name is durable once the folder is synced. */
export function writeDurably(path: string, bytes: string | Uint8Array): void {
  const file = openSync(path, 'wx', 0o600)
  try {
    writeFileSync(file, bytes)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

let written = 0

/** After a crash the file has the old text or the new one, never a part: written aside, synced, renamed in one step, and the folder synced. */
export function replaceDurably(path: string, text: string): void {
  const unfinished = `${path}.${process.pid}.${written++}`
  writeDurably(unfinished, text)
  renameSync(unfinished, path)
  syncFolder(dirname(path))
}

export function syncFolder(path: string): void {
  // Windows cannot open a folder for this; NTFS journals the directory entry.
  if (process.platform === 'win32') return
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
