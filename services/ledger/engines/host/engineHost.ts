import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { ChainEngine, EngineSpec, EngineVolume } from '../engine.ts'
import { EngineFailed } from '../engine.ts'
import type { EngineOrder, HostedState, HostedUp } from '../hostApi.ts'
import { orderWaitMs } from '../hostApi.ts'
import type { EngineState, SupervisorTiming } from '../supervisedEngine.ts'
import type { EngineStateChange } from '../supervisor.ts'
import { EngineSupervisor } from '../supervisor.ts'
import { EngineSockets } from './engineSockets.ts'
import { hostedStateOf } from './hostedState.ts'
import { HostRefusal } from './hostRefusal.ts'
import { isSameOrder, WantedEngines } from './wantedEngines.ts'

export interface EngineHostOptions {
  /** `engines/<chain>/` are the volumes, `wanted/<chain>.json` what shall run. */
  readonly dataDir: string
  readonly engine: ChainEngine
  readonly timing?: Partial<SupervisorTiming>
}

/** Runs engines for platforms that come and go. What it throws to a caller is a HostRefusal. */
export class EngineHost {
  readonly #dataDir: string
  readonly #engine: ChainEngine
  readonly #wanted: WantedEngines
  readonly #supervisor: EngineSupervisor
  readonly #sockets = new EngineSockets()
  readonly #turns = new Map<string, Promise<void>>()
  readonly #draining = new AbortController()

  constructor({ dataDir, engine, timing }: EngineHostOptions) {
    this.#dataDir = dataDir
    this.#engine = engine
    this.#wanted = new WantedEngines(join(dataDir, 'wanted'))
    this.#supervisor = new EngineSupervisor(timing)
    this.#supervisor.onChange(({ chainId, state }) => state.state !== 'up' && this.#sockets.close(chainId))
  }

  /** Takes up what was wanted when the last host ended; engines that outlived it are adopted. Returns once each has been tried. */
  async resume(): Promise<void> {
    const orders = this.#wanted.all()
    for (const order of orders) this.#supervisor.want(this.#engine, this.#specOf(order))
    await Promise.all(orders.map(({ chainId }) => this.#decided(chainId, Infinity)))
  }

  onChange(listener: (change: EngineStateChange) => void): void {
    this.#supervisor.onChange(listener)
  }

  /** Idempotent. Returns once the engine is up. */
  async order(order: EngineOrder): Promise<HostedUp> {
    await this.#inTurn(order.chainId, () => this.#want(order))
    const known = this.#supervisor.stateOf(order.chainId)
    const decided = known?.state === 'up' || known?.state === 'refused' ? known : await this.#decided(order.chainId, orderWaitMs)
    const state = hostedStateOf(order.chainId, decided ?? { state: 'stopped' })
    if (state.state === 'up') return state
    throw new HostRefusal(state.state === 'refused' ? 'engine-refused' : 'engine-failed', `the engine is ${state.state}${state.reason === undefined ? '' : `: ${state.reason}`}`)
  }

  stateOf(chainId: string): HostedState {
    const state = this.#supervisor.stateOf(chainId)
    if (state !== undefined) return hostedStateOf(chainId, state)
    if (existsSync(this.#volumeOf(chainId).dataDir)) return { state: 'stopped', chainId }
    throw new HostRefusal('not-found', 'there is no engine of this chain')
  }

  /** Forgotten only when it is gone, so that a crash in between leaves no engine that nobody watches. */
  async stop(chainId: string): Promise<void> {
    await this.#inTurn(chainId, async () => {
      await this.#stopEngine(chainId)
      this.#wanted.remove(chainId)
    })
  }

  /** Forgotten first: after a crash in between, the next start would make a new chain in the place of the deleted one. */
  async destroy(chainId: string): Promise<void> {
    await this.#inTurn(chainId, async () => {
      this.#wanted.remove(chainId)
      await this.#stopEngine(chainId)
      await this.#engine.destroy(this.#volumeOf(chainId))
    })
  }

  /** `life`: see lifeHeader. */
  async ask(chainId: string, life: string | undefined, body: Buffer, signal: AbortSignal): Promise<Buffer> {
    return this.#sockets.ask(chainId, this.#supervisor.stateOf(chainId), life, body, signal)
  }

  /** Answers who still waits for an engine. */
  drain(): void {
    this.#draining.abort()
  }

  /** Ends the engines; the next start takes them up again. */
  async close(): Promise<void> {
    this.drain()
    await Promise.all(this.#turns.values())
    await this.#supervisor.stopAll()
  }

  #want(order: EngineOrder): void {
    const known = this.#wanted.find(order.chainId)
    const isKnown = known !== undefined && isSameOrder(known, order)
    // A refused order runs nothing: the right one may take its place.
    if (known !== undefined && !isKnown && this.#supervisor.stateOf(order.chainId)?.state !== 'refused') throw new HostRefusal('other-spec', 'the chain has an engine of another spec')
    if (!isKnown) this.#wanted.add(order)
    this.#supervisor.want(this.#engine, this.#specOf(order))
  }

  /** An engine that is not watched may still be there, left by a crash. */
  async #stopEngine(chainId: string): Promise<void> {
    try {
      await this.#supervisor.stop(chainId)
      await this.#engine.stop(this.#volumeOf(chainId))
    } catch (error) {
      throw error instanceof EngineFailed ? new HostRefusal('engine-failed', error.message) : error
    }
  }

  /** The next state that is not `starting`, or the state at the limit. */
  async #decided(chainId: string, limitMs: number): Promise<EngineState | undefined> {
    const { promise, resolve } = Promise.withResolvers<EngineState | undefined>()
    const giveUp = (): void => resolve(this.#supervisor.stateOf(chainId))
    const stopListening = this.#supervisor.onChange((change) => {
      if (change.chainId === chainId && change.state.state !== 'starting') resolve(change.state)
    })
    const timer = limitMs === Infinity ? undefined : setTimeout(giveUp, limitMs)
    this.#draining.signal.addEventListener('abort', giveUp, { once: true })
    if (this.#draining.signal.aborted) giveUp()
    try {
      return await promise
    } finally {
      stopListening()
      clearTimeout(timer)
      this.#draining.signal.removeEventListener('abort', giveUp)
    }
  }

  /** What changes one chain's engine, one after another. */
  async #inTurn(chainId: string, work: () => void | Promise<void>): Promise<void> {
    if (this.#draining.signal.aborted) throw new HostRefusal('draining', 'the engine host is ending')
    const turn = (this.#turns.get(chainId) ?? Promise.resolve()).then(work)
    const over = turn.catch(() => undefined) // the caller of this turn is told, not the next one
    this.#turns.set(chainId, over)
    void over.then(() => this.#turns.get(chainId) === over && this.#turns.delete(chainId))
    return turn
  }

  #specOf(order: EngineOrder): EngineSpec {
    return { ...order, ...this.#volumeOf(order.chainId) }
  }

  #volumeOf(chainId: string): EngineVolume {
    return { chainId, dataDir: join(this.#dataDir, 'engines', chainId) }
  }
}
