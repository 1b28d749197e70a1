import { randomUUID } from 'node:crypto'
import { closeSync, fstatSync, linkSync, mkdirSync, openSync, readFileSync, unlinkSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { OperatorError } from './operatorError.ts'
import { syncFolder, writeDurably } from './durableFile.ts'

/**
 * Reads a secret file, or makes it first: whole, durable and readable by its owner only (0600).
 *
 * Services that start at once on one data folder must agree on one secret, so the file appears by `link(2)`, which is atomic and never
 * overwrites: whoever comes second reads the first one's. The folder is fsynced before anything is sealed with the secret; else a power cut could keep
 * what was sealed and lose the key. Needs a file system with hard links.
 */
export function createSecretFile(path: string, make: () => Uint8Array): Uint8Array {
  const present = readSecretFile(path)
  if (present !== undefined) return present
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}`)
  writeDurably(temporary, make())
  try {
    linkUnlessPresent(temporary, path)
  } finally {
    unlinkSync(temporary)
  }
  syncFolder(dirname(path))
  const made = readSecretFile(path)
  if (made === undefined) throw new Error(`${path} was removed while it was being made`)
  return made
}

/** Undefined when there is no such file. Refuses one that others than its owner can open, as ssh does with private keys. */
export function readSecretFile(path: string): Uint8Array | undefined {
  const file = openIfPresent(path)
  if (file === undefined) return undefined
  try {
    const mode = fstatSync(file).mode & 0o777
    // Windows has no such bits and reports 0666.
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) throw new OperatorError(`${path} is open to others than its owner (mode ${mode.toString(8)}): chmod 600 it, and replace the secret if others may have read it`)
    return readFileSync(file)
  } finally {
    closeSync(file)
  }
}

function openIfPresent(path: string): number | undefined {
  try {
    return openSync(path, 'r')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  }
}

function linkUnlessPresent(from: string, to: string): void {
  try {
    linkSync(from, to)
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
