import type { HttpAnswer, HttpPoolOptions, HttpRequest } from './httpPool.ts'
import { HttpPool } from './httpPool.ts'
import type { RpcCallOptions } from './jsonRpc.ts'
import { RpcUnavailable } from './jsonRpc.ts'
import type { RpcCarrier } from './jsonRpcClient.ts'
import { JsonRpcClient } from './jsonRpcClient.ts'

export interface JsonRpcSocketOptions extends Omit<HttpPoolOptions, 'target'> {
  readonly socketPath: string
}

/** JSON-RPC over HTTP on the Unix socket of an engine. */
export class JsonRpcSocket extends JsonRpcClient {
  constructor({ socketPath, ...limits }: JsonRpcSocketOptions) {
    super(new SocketCarrier(new HttpPool({ ...limits, target: { socketPath } })))
  }
}

class SocketCarrier implements RpcCarrier {
  readonly #pool: HttpPool

  constructor(pool: HttpPool) {
    this.#pool = pool
  }

  async post(body: Buffer, options: RpcCallOptions): Promise<Buffer> {
    return answerOf(await this.#pool.exchange(rpcRequest(body), options))
  }

  close(): void {
    this.#pool.close()
  }
}

/** How an engine is asked on its socket. */
export function rpcRequest(body: Buffer): HttpRequest {
  return { method: 'POST', path: '/', headers: { 'content-type': 'application/json' }, body }
}

/** @throws RpcUnavailable: an engine answers every JSON-RPC request with 200. */
export function answerOf({ status, body }: HttpAnswer): Buffer {
  if (status !== 200) throw new RpcUnavailable('malformed', `HTTP status ${status}`)
  return body
}
