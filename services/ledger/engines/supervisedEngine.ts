import { setTimeout as delay } from 'node:timers/promises'
import type { ChainEngine, EngineHandle, EngineSpec } from './engine.ts'
import { EngineRefused } from './engine.ts'

/** `refused`, `stopped` and `forgotten` (it may run on, unwatched) are final; from `down` the engine is started again. */
export type EngineState =
  | { readonly state: 'starting' }
  | { readonly state: 'up'; readonly handle: EngineHandle }
  | { readonly state: 'down'; readonly reason: string }
  | { readonly state: 'refused'; readonly reason: string }
  | { readonly state: 'stopped' }
  | { readonly state: 'forgotten' }

export interface SupervisorTiming {
  /** Pause before the first restart; doubles with each failure in a row, up to the longest. */
  readonly firstBackoffMs: number
  readonly longestBackoffMs: number
  /** An engine that was up this long has no failures in a row any more. */
  readonly stableAfterMs: number
  readonly heartbeatEveryMs: number
  readonly heartbeatTimeoutMs: number
  /** So many heartbeats in a row must fail before a live process is killed. */
  readonly heartbeatsMissed: number
}

/** Keeps one engine running until it is told to stop. */
export class SupervisedEngine {
  readonly #engine: ChainEngine
  readonly #spec: EngineSpec
  readonly #timing: SupervisorTiming
  readonly #onChange: (state: EngineState) => void
  readonly #stopping = new AbortController()
  readonly #finished: Promise<void>
  #state: EngineState = { state: 'starting' }

  constructor(engine: ChainEngine, spec: EngineSpec, timing: SupervisorTiming, onChange: (state: EngineState) => void) {
    this.#engine = engine
    this.#spec = spec
    this.#timing = timing
    this.#onChange = onChange
    this.#finished = this.#keepRunning()
  }

  get state(): EngineState {
    return this.#state
  }

  /** Ends the watching and leaves the engine as it is. */
  async forget(): Promise<void> {
    this.#become({ state: 'forgotten' })
    this.#stopping.abort()
    await this.#finished
  }

  /** Returns once no process is left. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#finished
    await this.#engine.stop(this.#spec)
    this.#become({ state: 'stopped' })
  }

  async destroy(): Promise<void> {
    await this.stop()
    await this.#engine.destroy(this.#spec)
  }

  async #keepRunning(): Promise<void> {
    for (let failures = 0; !this.#stopping.signal.aborted; failures += 1) {
      if (failures > 0) await this.#pause(backoffMs(this.#timing, failures))
      if (this.#stopping.signal.aborted) return
      const upMs = await this.#runOnce()
      if (this.#state.state === 'refused') return
      if (upMs >= this.#timing.stableAfterMs) failures = 0
    }
  }

  /** One life of the engine. Returns how long it was up. */
  async #runOnce(): Promise<number> {
    const handle = await this.#start()
    if (handle === undefined) return 0
    const since = performance.now()
    this.#become({ state: 'up', handle })
    const reason = await this.#untilDown(handle)
    this.#become({ state: 'down', reason })
    handle.rpc.close()
    if (!this.#stopping.signal.aborted) await this.#clearAway()
    return performance.now() - since
  }

  async #start(): Promise<EngineHandle | undefined> {
    this.#become({ state: 'starting' })
    try {
      return await this.#engine.start(this.#spec, this.#stopping.signal)
    } catch (error) {
      this.#become({ state: error instanceof EngineRefused ? 'refused' : 'down', reason: messageOf(error) })
      return undefined
    }
  }

  /**
   * A process that hangs must go before its volume can be opened again. Where that fails, the next start tries again. An engine beside us is
   * its host's to judge: what does not reach us may serve others.
   */
  async #clearAway(): Promise<void> {
    if (this.#engine.deployedBeside) return
    await this.#engine.stop(this.#spec).catch((error: unknown) => this.#become({ state: 'down', reason: messageOf(error) }))
  }

  async #untilDown(handle: EngineHandle): Promise<string> {
    const over = new AbortController()
    try {
      return await Promise.race([exitOf(handle), this.#heartbeatLost(handle, over.signal), aborted(this.#stopping.signal)])
    } finally {
      over.abort()
    }
  }

  async #heartbeatLost(handle: EngineHandle, over: AbortSignal): Promise<string> {
    let lastError: unknown
    for (let missed = 0; missed < this.#timing.heartbeatsMissed; ) {
      await delay(this.#timing.heartbeatEveryMs, undefined, { signal: over }).catch(() => undefined)
      if (over.aborted) return 'over'
      missed = await handle.checkAlive(this.#timing.heartbeatTimeoutMs).then(
        () => 0,
        (error: unknown) => ((lastError = error), missed + 1),
      )
    }
    return `no heartbeat: ${messageOf(lastError)}`
  }

  async #pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.#stopping.signal }).catch(() => undefined) // aborted: the caller looks
  }

  #become(state: EngineState): void {
    if (this.#state.state === 'forgotten') return // what still comes belongs to a watch that has ended
    this.#state = state
    this.#onChange(state)
  }
}

function backoffMs({ firstBackoffMs, longestBackoffMs }: SupervisorTiming, failures: number): number {
  return Math.min(longestBackoffMs, firstBackoffMs * 2 ** (failures - 1))
}

function exitOf(handle: EngineHandle): Promise<string> {
  return new Promise((resolve) => handle.onExit(resolve))
}

function aborted(signal: AbortSignal): Promise<string> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve('stopping')
    signal.addEventListener('abort', () => resolve('stopping'), { once: true })
  })
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
