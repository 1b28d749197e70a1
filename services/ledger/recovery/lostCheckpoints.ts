import type { Clock } from '@brume/config'
import { signCheckpoint, type NoteSigner } from '@brume/merkle'
import type { Chain } from '../chains/chain.ts'
import type { CheckpointRepository } from '../checkpoints/checkpoint.repository.ts'
import type { LedgerTiles } from '../checkpoints/ledgerTiles.ts'

/**
 * Signs again the checkpoints that an older copy of the database has forgotten: those of anchors that stand on the chain, and the newest
 * one. Signatures are deterministic (RFC 8032), so that each note is the one that was shown before.
 */
export class LostCheckpoints {
  constructor(private readonly chain: Chain, private readonly signer: NoteSigner, private readonly tiles: LedgerTiles, private readonly checkpoints: CheckpointRepository, private readonly clock: Clock) {}

  /** @param newestShown size of the newest checkpoint that was ever shown; 0 = none */
  async restore(newestShown: number): Promise<void> {
    const sizes = new Set(await this.checkpoints.anchoredWithoutNote(this.chain.no))
    if (newestShown > 0 && !(await this.checkpoints.ofSize(this.chain.no, newestShown))) sizes.add(newestShown)
    for (const size of sizes) await this.signAgain(size)
  }

  private async signAgain(size: number): Promise<void> {
    const { origin, no } = this.chain
    const root = await this.tiles.rootAt(size)
    if (!root) throw new Error(`the tree does not reach size ${size}`)
    const note = await signCheckpoint({ origin, size, root }, this.signer)
    await this.checkpoints.store(no, { size, root, note }, new Date(this.clock.now()))
  }
}
