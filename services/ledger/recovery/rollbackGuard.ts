import { parseCheckpoint } from '@brume/merkle'
import type { LedgerTiles } from '../checkpoints/ledgerTiles.ts'

/** A size and root that the ledger has shown to others: signed, or anchored on its chain. */
export interface ShownHead {
  size: number
  root: Uint8Array
  /** Where it was shown, for the reason that an operator reads. */
  where: string
}

/**
 * Halts a ledger whose tree does not contain what it has shown: the database is an older copy, or not this ledger's. While halted nothing
 * is signed, anchored or served. Replaying the log brings an older copy back to the same roots; another root at the same size never passes.
 */
export class RollbackGuard {
  private readonly owed: ShownHead[] = []
  private forked: string | undefined
  private newest = 0

  constructor(private readonly tiles: LedgerTiles) {}

  /** Why the ledger is halted; undefined when it is not. */
  get reason(): string | undefined {
    const owed = this.owed[0]
    return this.forked ?? (owed && `the tree is smaller than the ${owed.size} entries of ${owed.where}: waiting until the log is replayed`)
  }

  /** Size of the newest checkpoint that was ever shown; 0 = none is known. */
  get newestShown(): number {
    return this.newest
  }

  async require(shown: ShownHead, size: number): Promise<void> {
    this.newest = Math.max(this.newest, shown.size)
    this.owed.push(shown)
    await this.check(size)
  }

  /** Called when the tree has grown. */
  async check(size: number): Promise<void> {
    for (const shown of [...this.owed]) {
      if (size < shown.size) continue
      const root = await this.tiles.rootAt(shown.size)
      if (!root || Buffer.compare(root, shown.root) !== 0) this.forked = `the root of the first ${shown.size} entries is not the one of ${shown.where}`
      this.owed.splice(this.owed.indexOf(shown), 1)
    }
  }
}

/** The checkpoint in a signed note that this ledger wrote itself; the signature lines do not matter here. */
export function shownByNote(note: string, where: string): ShownHead | undefined {
  const parsed = parseCheckpoint(note.slice(0, note.indexOf('\n\n') + 1))
  return parsed.ok && parsed.value.size > 0 ? { size: parsed.value.size, root: parsed.value.root, where } : undefined
}
