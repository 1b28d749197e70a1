import type { ChainEngine, EngineHandle, EngineSpec, EngineVolume } from '../engine.ts'
import { EngineFailed, EngineRefused } from '../engine.ts'
import type { HttpPool } from '../httpPool.ts'
import type { JsonRpc } from '../jsonRpc.ts'
import { RpcUnavailable } from '../jsonRpc.ts'
import type { HostAddress } from './hostClient.ts'
import { HostClient, HostRefused } from './hostClient.ts'
import { HostedHandle } from './hostedHandle.ts'
import { rpcOfAnyLife } from './hostedRpc.ts'

const readerConnections = 32

/** Engines that an engine host runs beside the platform (see host/). `dataDir` of a spec means nothing here: volumes are the host's. */
export class HostedEngine implements ChainEngine {
  readonly deployedBeside = true
  readonly #host: HostClient
  readonly #readers: HttpPool

  constructor(address: HostAddress) {
    this.#host = new HostClient(address)
    this.#readers = this.#host.rpcPool(readerConnections)
  }

  async start({ chainId, eip155, fundedAddress, hardfork }: EngineSpec, signal?: AbortSignal): Promise<EngineHandle> {
    const up = await this.#told(this.#host.order({ chainId, eip155, fundedAddress, hardfork }, signal))
    return new HostedHandle(up, this.#host)
  }

  async stop({ chainId }: EngineVolume): Promise<void> {
    await this.#told(this.#host.stop(chainId))
  }

  async destroy({ chainId }: EngineVolume): Promise<void> {
    await this.#told(this.#host.destroy(chainId))
  }

  /** Whether there is an engine shows with the first call. */
  async attach({ chainId }: EngineVolume): Promise<JsonRpc> {
    return rpcOfAnyLife(this.#host, chainId, this.#readers)
  }

  /** In the words of ChainEngine. */
  async #told<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer
    } catch (error) {
      if (error instanceof RpcUnavailable) throw new EngineFailed(`the engine host ${this.#host.url} does not answer: ${error.detail}`)
      if (error instanceof HostRefused) throw this.#refused(error)
      throw error
    }
  }

  #refused({ code, message }: HostRefused): Error {
    if (code === 'engine-refused' || code === 'other-spec' || code === 'bad-request') return new EngineRefused(message)
    // The host's token may be mended while we go on.
    return new EngineFailed(code === 'token-invalid' ? `the engine host ${this.#host.url} refuses the token of ENGINE_TOKEN_FILE` : message)
  }
}
