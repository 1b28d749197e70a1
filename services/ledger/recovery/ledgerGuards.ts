import { TreeEdge } from '@brume/merkle'
import type { Chain } from '../chains/chain.ts'
import type { CheckpointWitness } from '../checkpoints/checkpointWitness.ts'
import { LedgerTiles } from '../checkpoints/ledgerTiles.ts'
import type { LedgerReader } from '../store/ledgerStore.ts'
import { RollbackGuard, shownByNote } from './rollbackGuard.ts'

export interface LedgerGuardsDeps {
  /** Without a request's scope: guards belong to nobody's request. */
  reader: LedgerReader
  witness: CheckpointWitness
}

type GuardedChain = Pick<Chain, 'id' | 'no'>

/** One guard for each ledger, of stopped chains too: before anything of it is served or signed here, its tree has been compared with its last signed checkpoint. */
export class LedgerGuards {
  private readonly guards = new Map<string, Promise<RollbackGuard>>()

  constructor(private readonly deps: LedgerGuardsDeps) {}

  /** The guard, once it has compared; it does so when it is asked for the first time. */
  async of(chain: GuardedChain): Promise<RollbackGuard> {
    const known = this.guards.get(chain.id)
    if (known) return known
    const compared = this.compared(chain)
    this.guards.set(chain.id, compared)
    compared.catch(() => this.guards.delete(chain.id))
    return compared
  }

  /** This process takes the ledger over: what others have shown meanwhile is compared too. */
  async ofNewHolder(chain: GuardedChain): Promise<RollbackGuard> {
    this.guards.delete(chain.id)
    return this.of(chain)
  }

  /** Why the ledger stands still; undefined when it does not. */
  async reasonOf(chain: GuardedChain): Promise<string | undefined> {
    const guard = await this.of(chain)
    if (guard.reason !== undefined) await guard.check(await this.sizeOf(chain))
    return guard.reason
  }

  private async compared(chain: GuardedChain): Promise<RollbackGuard> {
    const guard = new RollbackGuard(new LedgerTiles(this.deps.reader, chain.no))
    const note = this.deps.witness.newest(chain.id)
    const shown = note === undefined ? undefined : shownByNote(note, 'the last signed checkpoint')
    if (shown) await guard.require(shown, await this.sizeOf(chain))
    return guard
  }

  private async sizeOf({ no }: GuardedChain): Promise<number> {
    return sizeOf(this.deps.reader, no)
  }
}

/** Entries of a ledger, as its database has it. */
export async function sizeOf(reader: LedgerReader, chainNo: number): Promise<number> {
  const edge = await reader.edge(chainNo)
  return edge ? TreeEdge.fromBytes(edge).size : 0
}
