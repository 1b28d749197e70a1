import type { Clock } from '@brume/config'
import type { NoteSigner } from '@brume/merkle'
import { Anchorer } from '../anchor/anchorer.ts'
import { ChainRpc } from '../anchor/chainRpc.ts'
import { decodeLatest, latestCall } from '../anchor/contractCalls.ts'
import type { StoredTransaction, TransactionRepository } from '../anchor/transaction.repository.ts'
import { TransactionPump } from '../anchor/transactionPump.ts'
import type { WriterWallet } from '../anchor/writerWallet.ts'
import type { Chain } from '../chains/chain.ts'
import type { CheckpointRepository, StoredCheckpoint } from '../checkpoints/checkpoint.repository.ts'
import { Checkpointer } from '../checkpoints/checkpointer.ts'
import type { CheckpointWitness } from '../checkpoints/checkpointWitness.ts'
import type { EngineSupervisor } from '../engines/index.ts'
import { EngineHistory } from '../recovery/engineHistory.ts'
import { shownByNote, type RollbackGuard } from '../recovery/rollbackGuard.ts'
import type { EntryStatements } from '../sequence/entryStatements.ts'
import type { AnchorMetrics } from './anchorMetrics.ts'

export interface RuntimeDeps {
  clock: Clock
  supervisor: EngineSupervisor
  transactions: TransactionRepository
  checkpoints: CheckpointRepository
  witness: CheckpointWitness
  statements: EntryStatements
  metrics: AnchorMetrics
  /** Size and root of the tree, as the last transaction left it. */
  head(chain: Chain): { size: number; root: Uint8Array }
  trouble(chain: Chain, error: unknown): void
}

export interface RuntimeKeys {
  signer: NoteSigner
  wallet: WriterWallet
  contract: string
}

const RETRY_MS = 500
const DRAIN_POLL_MS = 20

/** Checkpoints and anchors of one running chain. It lives from start to stop of the chain; engines come and go underneath. */
export class ChainRuntime {
  private readonly pump: TransactionPump
  private readonly anchorer: Anchorer
  private readonly checkpointer: Checkpointer
  private readonly history: EngineHistory
  private stopListening = () => {}
  private anchorOpen = false
  private aligned = false
  private stopped = false

  constructor(private readonly chain: Chain, private readonly keys: RuntimeKeys, private readonly guard: RollbackGuard, private readonly deps: RuntimeDeps) {
    const { clock, transactions, checkpoints, witness, statements } = deps
    const trouble = (error: unknown): void => deps.trouble(chain, error)
    this.history = new EngineHistory(chain, transactions)
    this.anchorer = new Anchorer(chain, keys.contract, keys.wallet, transactions, statements, clock)
    this.pump = new TransactionPump(chain.no, transactions, () => this.rpc(), clock, { finalized: (final) => this.onFinal(final), trouble })
    this.checkpointer = new Checkpointer({
      chainNo: chain.no, chainId: chain.id, origin: chain.origin, anchoring: chain.anchoring, signer: keys.signer,
      head: () => deps.head(chain),
      acceptedAtMs: (index) => statements.entryAt(chain.no, index)?.acceptedAtMs ?? clock.now(),
      mayPublish: () => this.guard.reason === undefined && !this.anchorOpen,
      published: (checkpoint) => this.onPublished(checkpoint),
      trouble,
    }, checkpoints, witness, clock)
  }

  /** Resolves once engine, contract and registration are there; rejects only when stopped before. */
  async bringUp(): Promise<void> {
    await this.requireWitnessed()
    await this.repeatedly(() => this.alignWithEngine())
    this.stopListening = this.deps.supervisor.onChange(({ chainId, state }) => {
      if (chainId === this.chain.id && state.state === 'up') void this.repeatedly(() => this.alignWithEngine()).catch(() => undefined) // only a stop ends it
    })
    await this.anchorer.planContract()
    this.pump.wake()
    await this.repeatedly(() => this.requireProvisioned())
    await this.resume()
  }

  /** The tree has grown. */
  onSequenced(): void {
    void this.guard.check(this.deps.head(this.chain).size).then(() => this.proceed()).catch((error: unknown) => this.deps.trouble(this.chain, error))
  }

  /** Anchors what waits, within `limitMs`, then stops. The engine is the caller's to stop. */
  async stop(limitMs: number): Promise<void> {
    this.stopListening()
    await this.drain(limitMs)
    this.stopped = true
    await Promise.all([this.checkpointer.stop(), this.pump.stop()])
  }

  /** Ends at once; what is open goes on at the next start. */
  async abandon(): Promise<void> {
    this.stopListening()
    this.stopped = true
    await Promise.all([this.checkpointer.stop(), this.pump.stop()])
  }

  private async requireWitnessed(): Promise<void> {
    const note = this.deps.witness.newest(this.chain.id)
    const shown = note === undefined ? undefined : shownByNote(note, 'the last signed checkpoint')
    if (shown) await this.guard.require(shown, this.deps.head(this.chain).size)
  }

  /** After every (re)start of the engine: neither side may know of blocks or nonces that the other does not. */
  private async alignWithEngine(): Promise<void> {
    this.aligned = false
    const rpc = new ChainRpc(await this.deps.supervisor.rpcOf(this.chain.id))
    await this.history.supersedeLostBlocks(rpc)
    await this.history.adoptUnknownTransactions(rpc, new Date(this.deps.clock.now()))
    await this.requireAnchored(rpc)
    this.aligned = true
    this.pump.wake()
  }

  private async requireAnchored(rpc: ChainRpc): Promise<void> {
    const { writeMode, origin } = this.chain
    if (!(await rpc.hasCode(this.keys.contract))) return
    const { size, root } = decodeLatest(writeMode, await rpc.call(latestCall(writeMode, this.keys.contract, origin)))
    if (root && size > 0) await this.guard.require({ size, root, where: 'the last anchor' }, this.deps.head(this.chain).size)
  }

  private async requireProvisioned(): Promise<void> {
    const open = await this.deps.transactions.countOpen(this.chain.no, 'open')
    if (open > 0) throw new Error('the contract is not registered yet')
  }

  /** What a crash left between a stored checkpoint and its anchor. */
  private async resume(): Promise<void> {
    const latest = await this.deps.checkpoints.latest(this.chain.no)
    if (this.chain.writeMode === 'direct') {
      this.checkpointer.start(latest?.size ?? 0)
      this.onSequenced()
      return
    }
    const planned = (await this.deps.transactions.lastSubject(this.chain.no, 'anchor', ['signed', 'sent', 'final'])) ?? 0
    this.anchorOpen = (await this.deps.transactions.countOpen(this.chain.no, 'anchor')) > 0
    if (latest && latest.size > planned && this.guard.reason === undefined) await this.onPublished(latest)
    this.checkpointer.start(Math.max(planned, latest?.size ?? 0))
    this.onSequenced()
  }

  private proceed(): void {
    if (this.guard.reason !== undefined || this.stopped) return
    this.checkpointer.wake()
    if (this.chain.writeMode === 'direct') void this.record()
  }

  private async record(): Promise<void> {
    try {
      if ((await this.anchorer.planRecords(this.deps.head(this.chain).size)) > 0) this.pump.wake()
    } catch (error) {
      this.deps.trouble(this.chain, error)
    }
  }

  private async onPublished(checkpoint: StoredCheckpoint): Promise<void> {
    if (this.chain.writeMode === 'direct') return
    await this.anchorer.planAnchor(checkpoint)
    this.anchorOpen = true
    this.pump.wake()
  }

  private onFinal(final: StoredTransaction[]): void {
    for (const transaction of final) {
      if (transaction.purpose === 'anchor') this.anchorOpen = false
      this.deps.metrics.final(this.chain, transaction, this.deps.clock.now())
    }
    this.onSequenced()
  }

  private async rpc(): Promise<ChainRpc> {
    const rpc = await this.deps.supervisor.rpcOf(this.chain.id)
    if (!this.aligned) throw new Error('the engine is being compared with what is stored')
    return new ChainRpc(rpc)
  }

  private async drain(limitMs: number): Promise<void> {
    const until = this.deps.clock.now() + limitMs
    while (this.deps.clock.now() < until && this.guard.reason === undefined && (await this.isBehind())) {
      this.checkpointer.flush()
      await new Promise((resolve) => setTimeout(resolve, DRAIN_POLL_MS))
    }
  }

  private async isBehind(): Promise<boolean> {
    const { size } = this.deps.head(this.chain)
    const [purpose, reached] = this.chain.writeMode === 'direct' ? ['record', size - 1] as const : ['anchor', size] as const
    const last = await this.deps.transactions.lastSubject(this.chain.no, purpose, ['final'])
    return size > 0 && (last ?? -1) < reached
  }

  private async repeatedly(step: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        return await step()
      } catch (error) {
        if (this.stopped) throw error
        this.deps.trouble(this.chain, error)
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
      }
    }
  }
}
