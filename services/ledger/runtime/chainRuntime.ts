import type { Clock } from '@brume/config'
import type { NoteSigner } from '@brume/merkle'
import { Anchorer } from '../anchor/anchorer.ts'
import { ChainRpc } from '../anchor/chainRpc.ts'
import { decodeLatest, latestCall } from '../anchor/contractCalls.ts'
import { STANDING_STATES } from '../anchor/transaction.lifecycle.ts'
import type { Evidence, StoredTransaction, TransactionRepository } from '../anchor/transaction.repository.ts'
import { TransactionPump } from '../anchor/transactionPump.ts'
import type { WriterWallet } from '../anchor/writerWallet.ts'
import type { Chain } from '../chains/chain.ts'
import type { CheckpointRepository, StoredCheckpoint } from '../checkpoints/checkpoint.repository.ts'
import { Checkpointer } from '../checkpoints/checkpointer.ts'
import type { CheckpointWitness } from '../checkpoints/checkpointWitness.ts'
import type { LedgerTiles } from '../checkpoints/ledgerTiles.ts'
import type { EngineSupervisor } from '../engines/index.ts'
import { LostCheckpoints } from '../recovery/lostCheckpoints.ts'
import { EngineHistory } from '../recovery/engineHistory.ts'
import type { RollbackGuard } from '../recovery/rollbackGuard.ts'
import type { TracedRun } from '../sequence/tracedRun.ts'
import type { LedgerReader } from '../store/ledgerStore.ts'
import type { AnchorMetrics } from './anchorMetrics.ts'
import { AnchorTraces } from './anchorTraces.ts'

export interface RuntimeDeps {
  clock: Clock
  supervisor: EngineSupervisor
  witness: CheckpointWitness
  store: LedgerReader
  metrics: AnchorMetrics
  /** Size and root of the tree, as the last transaction left it. */
  head(chain: Chain): { size: number; root: Uint8Array }
  trouble(chain: Pick<Chain, 'id'>, error: unknown): void
}

/** What only the holder of the chain's partition writes. */
export interface RuntimeTables {
  transactions: TransactionRepository
  checkpoints: CheckpointRepository
}

export interface RuntimeKeys {
  signer: NoteSigner
  wallet: WriterWallet
  contract: string
}

const RETRY_MS = 500
const POLL_MS = 20

/** Checkpoints and anchors of one running chain. It lives from start to stop of the chain; engines come and go underneath. */
export class ChainRuntime {
  private readonly pump: TransactionPump
  private readonly anchorer: Anchorer
  private readonly checkpointer: Checkpointer
  private readonly history: EngineHistory
  private readonly lost: LostCheckpoints
  private readonly traces: AnchorTraces
  private stopListening = () => {}
  private aligned = Promise.withResolvers<void>()
  private anchorOpen = false
  private proceeding: Promise<void> | undefined
  private wanted = false
  private up = false
  private resumed = false
  private stopped = false

  constructor(private readonly chain: Chain, private readonly keys: RuntimeKeys, private readonly tables: RuntimeTables, private readonly guard: RollbackGuard, tiles: LedgerTiles, private readonly deps: RuntimeDeps) {
    this.aligned.promise.catch(() => undefined) // only who waits for it is told that the runtime has stopped
    const { clock, witness, store } = deps
    const { transactions, checkpoints } = tables
    const trouble = (error: unknown): void => deps.trouble(chain, error)
    this.traces = new AnchorTraces(chain)
    this.history = new EngineHistory(chain, transactions)
    this.lost = new LostCheckpoints(chain, keys.signer, tiles, checkpoints, clock)
    this.anchorer = new Anchorer(chain, keys.contract, keys.wallet, transactions, store, clock)
    this.pump = new TransactionPump(chain, transactions, () => this.rpc(), clock, {
      broadcast: (sent) => this.traces.broadcast(sent),
      included: (mined) => this.traces.included(mined),
      finalized: (final, evidence) => this.onFinal(final, evidence),
      trouble,
    })
    this.checkpointer = new Checkpointer({
      chainNo: chain.no, chainId: chain.id, origin: chain.origin, anchoring: chain.anchoring, signer: keys.signer,
      head: () => deps.head(chain),
      acceptedAtMs: async (index) => (await store.entryAt(chain.no, index))?.acceptedAtMs ?? clock.now(),
      mayPublish: () => this.guard.reason === undefined && !this.anchorOpen,
      published: (checkpoint) => this.onPublished(checkpoint),
      took: (durationMs) => deps.metrics.checkpoint(durationMs),
      trouble,
    }, checkpoints, witness, clock)
  }

  /** Resolves once engine, contract and registration are there; rejects only when stopped before. */
  async bringUp(): Promise<void> {
    await this.repeatedly(() => this.alignWithEngine())
    this.stopListening = this.deps.supervisor.onChange(({ chainId, state }) => {
      if (chainId === this.chain.id && state.state === 'up') void this.realign()
    })
    await this.anchorer.planContract()
    this.pump.wake()
    await this.provisioned()
    this.up = true
    this.onSequenced()
  }

  /** The tree has grown. */
  onSequenced(traced?: TracedRun): void {
    if (traced) this.traces.sequenced(traced)
    this.wanted = true
    this.proceeding ??= this.proceedWhileWanted().finally(() => {
      this.proceeding = undefined
      if (this.wanted) this.onSequenced()
    })
  }

  /** Anchors what waits, within `limitMs`, then stops. The engine is the caller's to stop. */
  async stop(limitMs: number): Promise<void> {
    this.stopListening()
    await this.drain(limitMs)
    await this.abandon()
  }

  /** Ends at once; what is open goes on at the next start. */
  async abandon(): Promise<void> {
    this.stopListening()
    this.stopped = true
    this.aligned.reject(new Error('the chain has stopped'))
    await Promise.all([this.checkpointer.stop(), this.pump.stop()])
  }

  private async realign(): Promise<void> {
    this.aligned = Promise.withResolvers<void>()
    this.aligned.promise.catch(() => undefined)
    await this.repeatedly(() => this.alignWithEngine()).catch(() => undefined) // only a stop ends it otherwise
  }

  /** After every (re)start of the engine: neither side may know of blocks or nonces that the other does not. */
  private async alignWithEngine(): Promise<void> {
    const rpc = new ChainRpc(await this.deps.supervisor.rpcOf(this.chain.id))
    await this.history.supersedeLostBlocks(rpc)
    await this.history.adoptUnknownTransactions(rpc, new Date(this.deps.clock.now()))
    await this.requireAnchored(rpc)
    this.aligned.resolve()
    this.pump.sendAgain()
  }

  private async requireAnchored(rpc: ChainRpc): Promise<void> {
    const { writeMode, origin } = this.chain
    if (!(await rpc.hasCode(this.keys.contract))) return
    const { size, root } = decodeLatest(writeMode, await rpc.call(latestCall(writeMode, this.keys.contract, origin)))
    if (root && size > 0) await this.guard.require({ size, root, where: 'the last anchor' }, this.deps.head(this.chain).size)
  }

  private async provisioned(): Promise<void> {
    while ((await this.tables.transactions.countOpen(this.chain.no, 'open')) > 0) {
      if (this.stopped) throw new Error('the chain was stopped before it was ready')
      await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    }
  }

  /** Once, when the tree contains all that was ever shown: takes up what a crash or an older copy of the database left undone. */
  private async resume(): Promise<void> {
    const { transactions, checkpoints } = this.tables
    await this.lost.restore(this.guard.newestShown)
    const latest = await checkpoints.latest(this.chain.no)
    const planned = (await transactions.lastSubject(this.chain.no, 'anchor', STANDING_STATES)) ?? 0
    this.anchorOpen = (await transactions.countOpen(this.chain.no, 'anchor')) > 0
    if (this.chain.writeMode === 'batched' && latest && latest.size > planned) await this.onPublished(latest)
    this.checkpointer.start(latest?.size ?? 0)
  }

  private async proceedWhileWanted(): Promise<void> {
    while (this.wanted) {
      this.wanted = false
      await this.proceed().catch((error: unknown) => this.deps.trouble(this.chain, error))
    }
  }

  private async proceed(): Promise<void> {
    await this.guard.check(this.deps.head(this.chain).size)
    if (!this.up || this.guard.reason !== undefined || this.stopped) return
    if (!this.resumed) await this.resume()
    this.resumed = true
    this.checkpointer.wake()
    if (this.chain.writeMode === 'direct') await this.record()
  }

  private async record(): Promise<void> {
    while (!this.stopped) {
      const planned = await this.anchorer.planRecords(this.deps.head(this.chain).size)
      if (planned.length === 0) return
      this.traces.planned(planned)
      this.pump.wake()
    }
  }

  private async onPublished(checkpoint: StoredCheckpoint): Promise<void> {
    if (this.chain.writeMode === 'direct') return
    const planned = await this.anchorer.planAnchor(checkpoint)
    this.anchorOpen = true
    this.traces.planned(planned)
    this.pump.wake()
  }

  private onFinal(final: StoredTransaction[], evidence: Evidence[]): void {
    this.traces.final(evidence)
    for (const transaction of final) {
      if (transaction.purpose === 'anchor') this.anchorOpen = false
      void this.deps.metrics.final(this.chain, transaction, this.deps.clock.now()).catch((error: unknown) => this.deps.trouble(this.chain, error))
    }
    this.onSequenced()
  }

  private async rpc(): Promise<ChainRpc> {
    await this.aligned.promise
    return new ChainRpc(await this.deps.supervisor.rpcOf(this.chain.id))
  }

  private async drain(limitMs: number): Promise<void> {
    const until = this.deps.clock.now() + limitMs
    while (!this.stopped && this.deps.clock.now() < until && this.guard.reason === undefined && (await this.isBehind())) {
      this.checkpointer.flush()
      await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    }
  }

  private async isBehind(): Promise<boolean> {
    const { size } = this.deps.head(this.chain)
    const [purpose, reached] = this.chain.writeMode === 'direct' ? ['record', size - 1] as const : ['anchor', size] as const
    const last = await this.tables.transactions.lastSubject(this.chain.no, purpose, ['final'])
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
