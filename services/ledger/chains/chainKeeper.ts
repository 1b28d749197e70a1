import type { Clock, Config } from '@brume/config'
import type { OutboxPublisher } from '@brume/event-log'
import type { Kek } from '@brume/keys'
import { asPlatform, type Database } from '@brume/prisma'
import { join } from 'node:path'
import { contractAddress } from '../anchor/contractCalls.ts'
import { TransactionRepository } from '../anchor/transaction.repository.ts'
import { CheckpointRepository } from '../checkpoints/checkpoint.repository.ts'
import { LedgerTiles } from '../checkpoints/ledgerTiles.ts'
import type { ChainEngine, EngineSpec } from '../engines/index.ts'
import { openLedgerSigner, openWriter } from '../keys/chainKeys.ts'
import { heldDatabase, type PartitionHold } from '../ownership/partitionHold.ts'
import type { LedgerGuards } from '../recovery/ledgerGuards.ts'
import { ChainRuntime, type RuntimeDeps } from '../runtime/chainRuntime.ts'
import type { TracedRun } from '../sequence/tracedRun.ts'
import { EpochLost } from '../store/errors.ts'
import type { Chain } from './chain.ts'
import { nextState, wantsEngine, type ChainEvent } from './chain.lifecycle.ts'
import { ChainRepository } from './chain.repository.ts'
import { InTurn } from './inTurn.ts'

export interface KeeperDeps extends RuntimeDeps {
  config: Pick<Config, 'dataDir'>
  kek: Kek
  database: Database
  newId: () => string
  clock: Clock
  engine: ChainEngine
  outbox: OutboxPublisher
  guards: LedgerGuards
  /** Makes the head of the chain's tree known: see Sequencer.open. */
  open(chain: Chain): Promise<void>
}

interface KeptChain {
  readonly hold: PartitionHold
  readonly runtime: ChainRuntime
  /** Set once it has come up, or has not within its time. */
  outcome?: 'up' | 'not up'
}

/** Longest that a chain may take from starting to ready before it counts as failed. */
const START_LIMIT_MS = 120_000
/** How long a stopping chain may take to anchor what still waits. */
const DRAIN_LIMIT_MS = 15_000
const RETRY_MS = 1_000

/**
 * Brings every chain of the partitions that this process holds to where its state says it should be: when a partition is taken, and after each
 * event. One runtime per running chain, which writes under the epoch of its partition.
 */
export class ChainKeeper {
  private readonly holds = new Map<number, PartitionHold>()
  private readonly kept = new Map<string, KeptChain>()
  private readonly turns = new InTurn()
  /** What was released and has not come to its end. */
  private readonly ending = new Set<Promise<void>>()

  constructor(private readonly deps: KeeperDeps) {}

  /** This process anchors the chains of the partition from here on. */
  async held(hold: PartitionHold): Promise<void> {
    this.holds.set(hold.partition, hold)
    const chains = await asPlatform(() => this.repository(this.deps.database).inPartition(hold.partition))
    for (const chain of chains) this.settle(chain.id, hold)
  }

  /**
   * Somebody else does. Engines are left to whoever comes next, where they are deployed beside. Nothing is waited for: what is under way writes under
   * the old epoch, which the next holder has ended.
   */
  released(partition: number): void {
    this.holds.delete(partition)
    for (const [chainId, { hold, runtime }] of [...this.kept]) {
      if (hold.partition !== partition) continue
      this.kept.delete(chainId)
      if (this.deps.engine.deployedBeside) this.letEnd(chainId, this.deps.supervisor.forget(chainId))
      this.letEnd(chainId, runtime.abandon())
    }
  }

  /** A chain was made, or its state changed, here or at another replica. */
  changed(chainId: string, partition: number): void {
    const hold = this.holds.get(partition)
    if (hold) this.settle(chainId, hold)
  }

  /** The tree of a chain has grown. */
  onSequenced(chainId: string, traced: TracedRun | undefined): void {
    this.kept.get(chainId)?.runtime.onSequenced(traced)
  }

  /** Ends everything that runs; states stay, and the next start takes the chains up again. */
  async close(): Promise<void> {
    for (const partition of [...this.holds.keys()]) this.released(partition)
    await Promise.all([this.turns.idle(), ...this.ending])
    if (this.deps.engine.deployedBeside) await this.deps.supervisor.forgetAll()
    else await this.deps.supervisor.stopAll()
  }

  /** Until it has been done, or the partition is not held any more. */
  private settle(chainId: string, hold: PartitionHold): void {
    this.turns.take(chainId, async () => {
      if (this.holds.get(hold.partition) !== hold) return
      try {
        const chain = await asPlatform(() => this.repository(this.deps.database).find(chainId))
        if (chain) await this.actOn(chain, hold)
      } catch (error) {
        this.trouble(chainId, hold, error)
        setTimeout(() => this.settle(chainId, hold), RETRY_MS).unref()
      }
    })
  }

  private async actOn(chain: Chain, hold: PartitionHold): Promise<void> {
    if (chain.state === 'requested') await this.apply(chain, hold, 'begin')
    else if (wantsEngine(chain.state)) await this.run(chain, hold)
    else if (chain.state === 'stopping') await this.halt(chain, hold)
    else if (chain.state === 'deleted') await this.remove(chain)
  }

  /** @returns the chain, or undefined where the table has no such step, or its state was moved meanwhile */
  private async apply(chain: Chain, hold: PartitionHold, event: ChainEvent, reason?: string): Promise<Chain | undefined> {
    const state = nextState(chain.state, event)
    if (state === undefined) return undefined
    const to = { state, ...(reason === undefined ? {} : { reason }), ...(event === 'provisioned' ? { contract: contractAddress(chain.writerAddress) } : {}) }
    const moved = await this.repository(this.heldFor(chain, hold)).move(chain.id, chain.state, to, new Date(this.deps.clock.now()))
    if (!moved) return undefined
    this.deps.outbox.wake()
    this.settle(chain.id, hold)
    return moved
  }

  private async run(chain: Chain, hold: PartitionHold): Promise<void> {
    const kept = this.kept.get(chain.id) ?? (await this.begin(chain, hold))
    if (chain.state !== 'starting') return
    if (kept.outcome === 'up') await this.apply(chain, hold, 'provisioned')
    if (kept.outcome === 'not up') await this.fail(chain, hold)
  }

  /** Coming up is not waited for: whoever stops or deletes the chain meanwhile has the next turn. */
  private async begin(chain: Chain, hold: PartitionHold): Promise<KeptChain> {
    const kept: KeptChain = { hold, runtime: await this.makeRuntime(chain, hold) }
    if (this.holds.get(hold.partition) !== hold) throw new EpochLost(`the partition ${hold.partition} was lost while the chain was taken up`)
    this.kept.set(chain.id, kept)
    this.deps.supervisor.want(this.deps.engine, this.specOf(chain))
    void within(START_LIMIT_MS, kept.runtime.bringUp()).then((outcome) => {
      kept.outcome = outcome
      this.settle(chain.id, hold)
    })
    return kept
  }

  private async fail(chain: Chain, hold: PartitionHold): Promise<void> {
    const engine = this.deps.supervisor.stateOf(chain.id)
    await this.end(chain)
    await this.apply(chain, hold, 'fail', engine && 'reason' in engine ? engine.reason : `not ready within ${START_LIMIT_MS / 1000} s`)
  }

  private async halt(chain: Chain, hold: PartitionHold): Promise<void> {
    await this.kept.get(chain.id)?.runtime.stop(DRAIN_LIMIT_MS)
    await this.end(chain)
    if (!this.deps.supervisor.stateOf(chain.id)) await this.deps.engine.stop(this.specOf(chain))
    await this.apply(chain, hold, 'halted')
  }

  /** The engine's volume goes; the ledger's entries stay in the database, no longer served, as evidence for promises that were made. */
  private async remove(chain: Chain): Promise<void> {
    await this.end(chain)
    await this.deps.engine.destroy(this.specOf(chain))
  }

  private async end(chain: Chain): Promise<void> {
    await this.kept.get(chain.id)?.runtime.abandon()
    await this.deps.supervisor.stop(chain.id)
    this.kept.delete(chain.id)
  }

  private async makeRuntime(chain: Chain, hold: PartitionHold): Promise<ChainRuntime> {
    const { kek, guards, store, open } = this.deps
    await open(chain)
    const held = this.heldFor(chain, hold)
    const sealed = await this.repository(held).sealedKeys(chain.id)
    const keys = {
      signer: openLedgerSigner(chain.origin, sealed.ledgerKeySealed, kek),
      wallet: openWriter(chain.origin, chain.eip155, sealed.writerKeySealed, kek),
      contract: contractAddress(chain.writerAddress),
    }
    const tables = { transactions: new TransactionRepository(held), checkpoints: new CheckpointRepository(held) }
    const trouble = (_: unknown, error: unknown): void => this.trouble(chain.id, hold, error)
    return new ChainRuntime(chain, keys, tables, await guards.ofNewHolder(chain), new LedgerTiles(store, chain.no), { ...this.deps, trouble })
  }

  /** What only the holder may write, in the tenant's scope. */
  private heldFor(chain: Chain, hold: PartitionHold): Database {
    return heldDatabase(this.deps.database.forTenant(chain.tenantId), hold)
  }

  private repository(database: Database): ChainRepository {
    return new ChainRepository(database, this.deps.newId)
  }

  /** Whoever has lost the partition without having been told stops its chains. */
  private trouble(chainId: string, hold: PartitionHold, error: unknown): void {
    if (this.holds.get(hold.partition) !== hold) return // released meanwhile: whatever failed is no longer ours
    this.deps.trouble({ id: chainId }, error)
    if (error instanceof EpochLost) this.released(hold.partition)
  }

  private letEnd(chainId: string, work: Promise<void>): void {
    const ended = work.catch((error: unknown) => this.deps.trouble({ id: chainId }, error)).finally(() => this.ending.delete(ended))
    this.ending.add(ended)
  }

  private specOf(chain: Chain): EngineSpec {
    return { chainId: chain.id, eip155: chain.eip155, dataDir: join(this.deps.config.dataDir, 'engines', chain.id), fundedAddress: chain.writerAddress, hardfork: 'shanghai' }
  }
}

async function within(limitMs: number, work: Promise<void>): Promise<'up' | 'not up'> {
  const { promise: limit, resolve } = Promise.withResolvers<'not up'>()
  const timer = setTimeout(() => resolve('not up'), limitMs)
  try {
    return await Promise.race([work.then(() => 'up' as const, () => 'not up' as const), limit])
  } finally {
    clearTimeout(timer)
  }
}
