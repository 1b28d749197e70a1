import { lifeHeader } from '../hostApi.ts'
import type { HttpPool } from '../httpPool.ts'
import type { JsonRpc, RpcCallOptions, RpcUnavailableReason } from '../jsonRpc.ts'
import { rpcUnavailableReasons, RpcUnavailable } from '../jsonRpc.ts'
import type { RpcCarrier } from '../jsonRpcClient.ts'
import { JsonRpcClient } from '../jsonRpcClient.ts'
import type { HostClient, HostRefused } from './hostClient.ts'
import { refusalIn } from './hostClient.ts'

/** Enough for batches that overlap; more only wait at the engine instead of here. */
const connectionsOfChain = 16

/** Calls reach this life of the engine and no later one. `over` is told when the host says that it has ended. */
export function rpcOfLife(host: HostClient, chainId: string, life: string, over: (reason: string) => void): JsonRpc {
  const pool = host.rpcPool(connectionsOfChain)
  return new JsonRpcClient(new HostedCarrier(host, chainId, pool, { headers: { [lifeHeader]: life }, over, close: () => pool.close() }))
}

/** Calls reach whatever engine the host runs for the chain. The pool is shared and stays open. */
export function rpcOfAnyLife(host: HostClient, chainId: string, pool: HttpPool): JsonRpc {
  const closing = new AbortController()
  return new JsonRpcClient(new HostedCarrier(host, chainId, pool, { headers: {}, over: () => undefined, close: () => closing.abort(), signal: closing.signal }))
}

interface Carriage {
  readonly headers: Readonly<Record<string, string>>
  over(reason: string): void
  close(): void
  readonly signal?: AbortSignal
}

class HostedCarrier implements RpcCarrier {
  readonly #host: HostClient
  readonly #chainId: string
  readonly #pool: HttpPool
  readonly #carriage: Carriage

  constructor(host: HostClient, chainId: string, pool: HttpPool, carriage: Carriage) {
    this.#host = host
    this.#chainId = chainId
    this.#pool = pool
    this.#carriage = carriage
  }

  async post(body: Buffer, { timeoutMs }: RpcCallOptions): Promise<Buffer> {
    const { headers, signal } = this.#carriage
    const request = this.#host.request('POST', this.#chainId, '/rpc', body)
    const answer = await this.#pool.exchange({ ...request, headers: { ...request.headers, ...headers } }, { timeoutMs, signal })
    if (answer.status === 200) return answer.body
    const refused = refusalIn(answer)
    if (isOver(refused)) this.#carriage.over(refused.message)
    throw unavailable(refused)
  }

  close(): void {
    this.#carriage.close()
  }
}

/** The host had the life and has it no more, or does not know the chain at all. */
export function isOver({ code }: HostRefused): boolean {
  return code === 'life-over' || code === 'not-found'
}

const reasons: ReadonlySet<string> = new Set(rpcUnavailableReasons)

/** All else that the host refuses it has not given to the engine. */
function unavailable({ code, message }: HostRefused): RpcUnavailable {
  return new RpcUnavailable(isReason(code) ? code : 'not-connected', message)
}

function isReason(code: string): code is RpcUnavailableReason {
  return reasons.has(code)
}
