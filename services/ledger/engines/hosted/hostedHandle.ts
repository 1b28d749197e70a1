import type { EngineDescription, EngineHandle } from '../engine.ts'
import { EngineFailed } from '../engine.ts'
import type { HostedState, HostedUp } from '../hostApi.ts'
import { enginePath } from '../hostApi.ts'
import type { JsonRpc } from '../jsonRpc.ts'
import type { HostClient } from './hostClient.ts'
import { HostRefused } from './hostClient.ts'
import { isOver, rpcOfLife } from './hostedRpc.ts'

/**
 * One life of an engine on the host. It ends with the engine's process, also when the host starts it anew at once, because a restarted engine
 * may have lost blocks; it goes on when only the host is restarted. The end is heard from any call or heartbeat, and no call reaches a later life.
 */
export class HostedHandle implements EngineHandle {
  readonly rpc: JsonRpc
  readonly #up: HostedUp
  readonly #host: HostClient
  readonly #exit = Promise.withResolvers<string>()

  constructor(up: HostedUp, host: HostClient) {
    this.rpc = rpcOfLife(host, up.chainId, up.life, (reason) => this.#exit.resolve(reason))
    this.#up = up
    this.#host = host
  }

  onExit(listener: (reason: string) => void): void {
    void this.#exit.promise.then(listener)
  }

  /** Asks the host, whose own heartbeats ask the engine. */
  async checkAlive(timeoutMs: number): Promise<void> {
    const reason = await this.#overReason(timeoutMs)
    if (reason === undefined) return
    this.#exit.resolve(reason)
    throw new EngineFailed(reason)
  }

  describe(): EngineDescription {
    const { engine, eip155, pid, startedAt, adopted, chainId } = this.#up
    return { engine, eip155, pid, startedAt, adopted, address: `${this.#host.url}${enginePath(chainId)}/rpc` }
  }

  /** Undefined while this life goes on. @throws when that cannot be told now */
  async #overReason(timeoutMs: number): Promise<string | undefined> {
    try {
      return this.#judge(await this.#host.stateOf(this.#up.chainId, timeoutMs))
    } catch (error) {
      if (error instanceof HostRefused && isOver(error)) return error.message
      throw error
    }
  }

  #judge(found: HostedState): string | undefined {
    if (found.state === 'starting') throw new EngineFailed('the host looks for the engine or starts it')
    if (found.state !== 'up') return `the engine is ${found.state}${found.reason === undefined ? '' : `: ${found.reason}`}`
    if (found.life !== this.#up.life) return 'the engine has been started anew'
    return undefined
  }
}
