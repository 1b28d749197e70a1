import type { Chain } from '../chains/chain.ts'
import type { CheckpointWitness } from '../checkpoints/checkpointWitness.ts'
import { LedgerTiles } from '../checkpoints/ledgerTiles.ts'
import type { EntryStatements } from '../sequence/entryStatements.ts'
import { RollbackGuard, shownByNote } from './rollbackGuard.ts'

export interface LedgerGuardsDeps {
  statements: EntryStatements
  witness: CheckpointWitness
  sizeOf(chain: Chain): number
}

/** One guard for each ledger, of stopped chains too: before anything is served, its tree has been compared with its last signed checkpoint. */
export class LedgerGuards {
  private readonly guards = new Map<string, RollbackGuard>()

  constructor(private readonly deps: LedgerGuardsDeps) {}

  /** At start, before requests. */
  async compareAll(chains: Chain[]): Promise<void> {
    for (const chain of chains) {
      const note = this.deps.witness.newest(chain.id)
      const shown = note === undefined ? undefined : shownByNote(note, 'the last signed checkpoint')
      if (shown) await this.of(chain).require(shown, this.deps.sizeOf(chain))
    }
  }

  of(chain: Chain): RollbackGuard {
    const known = this.guards.get(chain.id)
    if (known) return known
    const guard = new RollbackGuard(new LedgerTiles(this.deps.statements, chain.no))
    this.guards.set(chain.id, guard)
    return guard
  }

  /** Why the ledger stands still; undefined when it does not. */
  reasonOf(chainId: string): string | undefined {
    return this.guards.get(chainId)?.reason
  }
}
