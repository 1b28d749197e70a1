import { z } from 'zod'
import type { EngineOrder, HostedState, HostedUp } from '../hostApi.ts'
import { enginePath, hostedStateSchema, orderWaitMs } from '../hostApi.ts'
import type { HttpAnswer, HttpRequest } from '../httpPool.ts'
import { HttpPool } from '../httpPool.ts'
import { RpcUnavailable } from '../jsonRpc.ts'

export interface HostAddress {
  /** `http://HOST:PORT` */
  readonly url: string
  readonly token: string
}

/** The host answers, and not with what was asked for. */
export class HostRefused extends Error {
  override readonly name = 'HostRefused'
  /** See host/hostRefusal.ts. */
  readonly code: string

  constructor(code: string, detail: string) {
    super(detail)
    this.code = code
  }
}

/** An order takes a connection for as long as its engine starts; a look must not wait behind it. */
const orderConnections = 32
const stopLimitMs = 30_000
const maxResponseBytes = 64 * 1024

/** The engine host's resources. All throw HostRefused, or RpcUnavailable when there is no answer. */
export class HostClient {
  readonly url: string
  readonly #target: { host: string; port: number }
  readonly #headers: Readonly<Record<string, string>>
  readonly #orders: HttpPool
  readonly #looks: HttpPool

  constructor({ url, token }: HostAddress) {
    const { hostname, port, origin } = new URL(url)
    this.url = origin
    this.#target = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port === '' ? 80 : port) }
    this.#headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    this.#orders = this.#pool(orderConnections, maxResponseBytes)
    this.#looks = this.#pool(orderConnections, maxResponseBytes)
  }

  async order(order: EngineOrder, signal?: AbortSignal): Promise<HostedUp> {
    const body = Buffer.from(JSON.stringify(order))
    const state = stateIn(await this.#orders.exchange(this.request('PUT', order.chainId, '', body), { timeoutMs: orderWaitMs + 5_000, signal }))
    if (state.state !== 'up') throw new HostRefused('engine-failed', `the engine is ${state.state}`)
    return state
  }

  async stateOf(chainId: string, timeoutMs: number): Promise<HostedState> {
    return stateIn(await this.#looks.exchange(this.request('GET', chainId), { timeoutMs }))
  }

  async stop(chainId: string): Promise<void> {
    accepted(await this.#orders.exchange(this.request('POST', chainId, '/stop'), { timeoutMs: stopLimitMs }))
  }

  async destroy(chainId: string): Promise<void> {
    accepted(await this.#orders.exchange(this.request('DELETE', chainId), { timeoutMs: stopLimitMs }))
  }

  /** For JSON-RPC of one chain, or of all that one replica only reads. */
  rpcPool(maxInFlight: number): HttpPool {
    return this.#pool(maxInFlight)
  }

  request(method: HttpRequest['method'], chainId: string, below = '', body?: Buffer): HttpRequest {
    return { method, path: `${enginePath(chainId)}${below}`, headers: this.#headers, body }
  }

  #pool(maxInFlight: number, maxBytes?: number): HttpPool {
    return new HttpPool({ target: this.#target, maxInFlight, ...(maxBytes !== undefined && { maxResponseBytes: maxBytes }) })
  }
}

const refusalSchema = z.object({ code: z.string(), detail: z.string() })

/** What an answer that is not 2xx says. */
export function refusalIn({ status, body }: HttpAnswer): HostRefused {
  const parsed = refusalSchema.safeParse(parse(body))
  return parsed.success ? new HostRefused(parsed.data.code, parsed.data.detail) : new HostRefused('malformed', `HTTP status ${status}`)
}

function stateIn(answer: HttpAnswer): HostedState {
  accepted(answer)
  const parsed = hostedStateSchema.safeParse(parse(answer.body))
  if (!parsed.success) throw new RpcUnavailable('malformed', 'the answer is not the state of an engine')
  return parsed.data
}

function accepted(answer: HttpAnswer): void {
  if (answer.status < 200 || answer.status > 299) throw refusalIn(answer)
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}
