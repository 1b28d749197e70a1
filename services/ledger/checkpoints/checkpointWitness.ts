import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The newest checkpoint that each ledger has signed, as a file of its own beside the database: a database that was put back to an older
 * copy has a smaller tree than this, and the ledger notices before it signs anything that contradicts it.
 */
export class CheckpointWitness {
  constructor(private readonly directory: string) {
    mkdirSync(directory, { recursive: true })
  }

  /** Durable when it returns: written aside, fsynced, renamed, and the directory fsynced. */
  remember(chainId: string, note: string): void {
    const path = join(this.directory, chainId)
    writeFsynced(`${path}.new`, note)
    renameSync(`${path}.new`, path)
    const directory = openSync(this.directory, 'r')
    fsyncSync(directory)
    closeSync(directory)
  }

  newest(chainId: string): string | undefined {
    const path = join(this.directory, chainId)
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined
  }
}

function writeFsynced(path: string, text: string): void {
  const file = openSync(path, 'w', 0o600)
  writeSync(file, text)
  fsyncSync(file)
  closeSync(file)
}
