import { replaceDurably } from '@brume/config/durableFile'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The newest checkpoint that each ledger has signed, as a file of its own beside the database: a database that was put back to an older
 * copy has a smaller tree than this, and the ledger notices before it signs anything that contradicts it.
 */
export class CheckpointWitness {
  constructor(private readonly directory: string) {
    mkdirSync(directory, { recursive: true })
  }

  /** Durable when it returns. */
  remember(chainId: string, note: string): void {
    replaceDurably(join(this.directory, chainId), note)
  }

  newest(chainId: string): string | undefined {
    const path = join(this.directory, chainId)
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined
  }
}
