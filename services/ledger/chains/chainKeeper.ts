import type { Config } from '@brume/config'
import type { Kek } from '@brume/keys'
import type { OutboxPublisher } from '@brume/event-log'
import { join } from 'node:path'
import { contractAddress } from '../anchor/contractCalls.ts'
import { LedgerTiles } from '../checkpoints/ledgerTiles.ts'
import { GanacheEngine, type ChainEngine, type EngineSpec } from '../engines/index.ts'
import { openLedgerSigner, openWriter } from '../keys/chainKeys.ts'
import type { LedgerGuards } from '../recovery/ledgerGuards.ts'
import { ChainRuntime, type RuntimeDeps } from '../runtime/chainRuntime.ts'
import type { Chain } from './chain.ts'
import { nextState, wantsEngine, type ChainEvent } from './chain.lifecycle.ts'
import type { ChainRepository } from './chain.repository.ts'

export interface KeeperDeps extends RuntimeDeps {
  config: Pick<Config, 'dataDir' | 'engineLeaseMs'>
  kek: Kek
  chains: ChainRepository
  outbox: OutboxPublisher
  guards: LedgerGuards
}

/** Longest that a chain may take from starting to ready before it counts as failed. */
const START_LIMIT_MS = 120_000
/** How long a stopping chain may take to anchor what still waits. */
const DRAIN_LIMIT_MS = 15_000

/** Brings every chain to where its state says it should be, at start and after each event. One runtime per running chain. */
export class ChainKeeper {
  private readonly runtimes = new Map<string, ChainRuntime>()
  private readonly engine: ChainEngine
  private readonly work = new Set<Promise<void>>()

  constructor(private readonly deps: KeeperDeps) {
    this.engine = new GanacheEngine({ leaseMs: deps.config.engineLeaseMs })
  }

  /** Takes up all chains where the last process left them. */
  resumeAll(): void {
    for (const chain of this.deps.chains.all()) this.settle(chain)
  }

  /** Applies what a tenant asked, or what happened. @returns the chain, or undefined where the table has no such step */
  async apply(chain: Chain, event: ChainEvent, reason?: string): Promise<Chain | undefined> {
    const state = nextState(chain.state, event)
    if (state === undefined) return undefined
    const to = { state, ...(reason === undefined ? {} : { reason }), ...(event === 'provisioned' ? { contract: contractAddress(chain.writerAddress) } : {}) }
    const moved = await this.deps.chains.move(chain.id, chain.state, to, new Date(this.deps.clock.now()))
    if (!moved) return undefined
    this.deps.outbox.wake()
    this.settle(moved)
    return moved
  }

  /** The tree of a chain has grown. */
  onSequenced(chainId: string): void {
    const runtime = this.runtimes.get(chainId)
    const chain = this.deps.chains.find(chainId)
    if (runtime) runtime.onSequenced()
    else if (chain) void this.deps.guards.of(chain).check(this.deps.head(chain).size).catch((error: unknown) => this.deps.trouble(chain, error))
  }

  /** Ends everything that runs, engines included; states stay, and the next start takes the chains up again. */
  async close(): Promise<void> {
    await Promise.all([...this.runtimes.values()].map((runtime) => runtime.abandon()))
    await Promise.all(this.work)
    await this.deps.supervisor.stopAll()
  }

  private settle(chain: Chain): void {
    const work = this.actOn(chain).catch((error: unknown) => this.deps.trouble(chain, error))
    this.work.add(work)
    void work.finally(() => this.work.delete(work))
  }

  private async actOn(chain: Chain): Promise<void> {
    if (chain.state === 'requested') await this.apply(chain, 'begin')
    else if (wantsEngine(chain.state)) await this.run(chain)
    else if (chain.state === 'stopping') await this.halt(chain)
    else if (chain.state === 'deleted') await this.remove(chain)
  }

  private async run(chain: Chain): Promise<void> {
    if (this.runtimes.has(chain.id)) return
    const runtime = await this.makeRuntime(chain)
    this.runtimes.set(chain.id, runtime)
    this.deps.supervisor.want(this.engine, this.specOf(chain))
    const outcome = await this.within(START_LIMIT_MS, runtime.bringUp())
    const current = this.deps.chains.find(chain.id)
    if (current?.state !== 'starting') return
    if (outcome === 'up') await this.apply(current, 'provisioned')
    else await this.fail(current, runtime)
  }

  private async fail(chain: Chain, runtime: ChainRuntime): Promise<void> {
    const engine = this.deps.supervisor.stateOf(chain.id)
    await runtime.abandon()
    await this.end(chain)
    await this.apply(chain, 'fail', engine && 'reason' in engine ? engine.reason : `not ready within ${START_LIMIT_MS / 1000} s`)
  }

  private async halt(chain: Chain): Promise<void> {
    await this.runtimes.get(chain.id)?.stop(DRAIN_LIMIT_MS)
    await this.end(chain)
    await this.apply(chain, 'halted')
  }

  /** The engine's volume goes; the ledger's entries stay in the database, no longer served, as evidence for promises that were made. */
  private async remove(chain: Chain): Promise<void> {
    await this.runtimes.get(chain.id)?.abandon()
    await this.end(chain)
    await this.engine.destroy(this.specOf(chain))
  }

  private async end(chain: Chain): Promise<void> {
    await this.deps.supervisor.stop(chain.id)
    this.runtimes.delete(chain.id)
  }

  private async makeRuntime(chain: Chain): Promise<ChainRuntime> {
    const sealed = await this.deps.chains.sealedKeys(chain.id)
    const keys = {
      signer: openLedgerSigner(chain.origin, sealed.ledgerKeySealed, this.deps.kek),
      wallet: openWriter(chain.origin, chain.eip155, sealed.writerKeySealed, this.deps.kek),
      contract: contractAddress(chain.writerAddress),
    }
    return new ChainRuntime(chain, keys, this.deps.guards.of(chain), new LedgerTiles(this.deps.statements, chain.no), this.deps)
  }

  private specOf(chain: Chain): EngineSpec {
    return { chainId: chain.id, eip155: chain.eip155, dataDir: join(this.deps.config.dataDir, 'engines', chain.id), fundedAddress: chain.writerAddress, hardfork: 'shanghai' }
  }

  private async within(limitMs: number, work: Promise<void>): Promise<'up' | 'not up'> {
    const { promise: limit, resolve } = Promise.withResolvers<'not up'>()
    const timer = setTimeout(() => resolve('not up'), limitMs)
    try {
      return await Promise.race([work.then(() => 'up' as const, () => 'not up' as const), limit])
    } finally {
      clearTimeout(timer)
    }
  }
}
