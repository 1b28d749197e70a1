import type { ChainEngine, EngineSpec } from './engine.ts'
import type { JsonRpc } from './jsonRpc.ts'
import { RpcUnavailable } from './jsonRpc.ts'
import type { EngineState, SupervisorTiming } from './supervisedEngine.ts'
import { SupervisedEngine } from './supervisedEngine.ts'

export interface EngineStateChange {
  readonly chainId: string
  readonly state: EngineState
}
type Listener = (change: EngineStateChange) => void

export const supervisorTiming: SupervisorTiming = {
  firstBackoffMs: 100,
  longestBackoffMs: 30_000,
  stableAfterMs: 10_000,
  heartbeatEveryMs: 5_000,
  heartbeatTimeoutMs: 10_000,
  heartbeatsMissed: 3,
}

/** Keeps the wanted engines running: starts, watches and restarts each, and stops them all when the platform ends. */
export class EngineSupervisor {
  readonly #timing: SupervisorTiming
  readonly #engines = new Map<string, SupervisedEngine>()
  readonly #listeners = new Set<Listener>()

  constructor(timing: Partial<SupervisorTiming> = {}) {
    this.#timing = { ...supervisorTiming, ...timing }
  }

  /** Idempotent while the engine is wanted. After `refused` it tries again, because the reason may have been mended. */
  want(engine: ChainEngine, spec: EngineSpec): void {
    const found = this.#engines.get(spec.chainId)
    if (found !== undefined && found.state.state !== 'refused') return
    this.#engines.set(spec.chainId, new SupervisedEngine(engine, spec, this.#timing, (state) => this.#tell({ chainId: spec.chainId, state })))
  }

  /** Returns once no process of this chain is left. */
  async stop(chainId: string): Promise<void> {
    await this.#engines.get(chainId)?.stop()
    this.#engines.delete(chainId)
  }

  /** Stops and deletes the volume. An engine that is not wanted is destroyed through its own port. */
  async destroy(chainId: string): Promise<void> {
    await this.#engines.get(chainId)?.destroy()
    this.#engines.delete(chainId)
  }

  /** Ends the watching without stopping the engine: another process goes on with it, or already does. */
  async forget(chainId: string): Promise<void> {
    const engine = this.#engines.get(chainId)
    this.#engines.delete(chainId) // first, so that nobody is given its RPC any more
    await engine?.forget()
  }

  async forgetAll(): Promise<void> {
    await Promise.all([...this.#engines.keys()].map((chainId) => this.forget(chainId)))
  }

  /** Every engine is told before any is waited for. */
  async stopAll(): Promise<void> {
    const stopped = await Promise.allSettled([...this.#engines.keys()].map((chainId) => this.stop(chainId)))
    const failures = stopped.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : [])) // `reason` is typed any
    if (failures.length > 0) throw new AggregateError(failures, `${failures.length} engines could not be stopped`)
  }

  stateOf(chainId: string): EngineState | undefined {
    return this.#engines.get(chainId)?.state
  }

  /** Returns what ends the listening. */
  onChange(listener: Listener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /**
   * The chain's RPC once its engine is up. Ask before each piece of work: a restarted engine has a new one.
   * @throws RpcUnavailable when it is not up within the limit, not wanted, or will not come up
   */
  async rpcOf(chainId: string, limitMs = 10_000): Promise<JsonRpc> {
    const state = await this.#settledState(chainId, limitMs)
    if (state?.state === 'up') return state.handle.rpc
    const why = state !== undefined && 'reason' in state ? `: ${state.reason}` : ''
    throw new RpcUnavailable('not-connected', `the engine of chain ${chainId} is ${state?.state ?? 'not wanted'}${why}`)
  }

  /** The state once it is up or final, or the state at the limit. */
  #settledState(chainId: string, limitMs: number): Promise<EngineState | undefined> {
    const now = this.stateOf(chainId)
    if (isSettled(now)) return Promise.resolve(now)
    return new Promise((resolve) => {
      const settle = (state: EngineState | undefined): void => {
        clearTimeout(timer)
        stopListening()
        resolve(state)
      }
      const timer = setTimeout(() => settle(this.stateOf(chainId)), limitMs)
      const stopListening = this.onChange((change) => {
        if (change.chainId === chainId && isSettled(change.state)) settle(change.state)
      })
    })
  }

  #tell(change: EngineStateChange): void {
    for (const listener of this.#listeners) listener(change)
  }
}

function isSettled(state: EngineState | undefined): boolean {
  return state === undefined || state.state === 'up' || isFinal(state)
}

function isFinal({ state }: EngineState): boolean {
  return state === 'refused' || state === 'stopped' || state === 'forgotten'
}
