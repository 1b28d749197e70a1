import { replaceDurably } from '@brume/config/durableFile'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CheckpointWitness } from './checkpointWitness.ts'

/** One file for each ledger, beside the database. */
export class FileWitness implements CheckpointWitness {
  constructor(private readonly directory: string) {
    mkdirSync(directory, { recursive: true })
  }

  async remember(chainId: string, note: string): Promise<void> {
    replaceDurably(join(this.directory, chainId), note)
  }

  newest(chainId: string): string | undefined {
    const path = join(this.directory, chainId)
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined
  }
}
