import http from 'node:http'
import { RpcUnavailable } from './jsonRpc.ts'

/** Where a pool's requests go: a Unix socket, or a host and port. */
export type HttpTarget = { readonly socketPath: string } | { readonly host: string; readonly port: number }

export interface HttpPoolOptions {
  readonly target: HttpTarget
  /** Connections, and so requests, at once. */
  readonly maxInFlight?: number
  /** Requests that may wait for a connection; one more is refused as `overloaded`. */
  readonly maxWaiting?: number
  readonly maxResponseBytes?: number
  readonly timeoutMs?: number
}

export interface HttpRequest {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE'
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Buffer
}

export interface HttpAnswer {
  readonly status: number
  readonly body: Buffer
}

export interface HttpLimits {
  /** From the request to the whole answer, waiting for a free connection included. */
  readonly timeoutMs?: number
  /** Its end gives the request up. */
  readonly signal?: AbortSignal
}

const defaults = { maxInFlight: 64, maxWaiting: 10_000, maxResponseBytes: 32 * 1024 * 1024, timeoutMs: 30_000 }

/**
 * Bounded HTTP exchanges over kept connections to one place. `fetch` reaches no Unix socket without undici's own dispatcher, and does not say
 * whether a failed request was sent.
 */
export class HttpPool {
  readonly #options: Required<HttpPoolOptions>
  readonly #agent: http.Agent
  /** Why the platform gave a request up: node may report the end of its connection first. */
  readonly #givenUp = new WeakMap<http.ClientRequest, RpcUnavailable>()
  readonly #active = new Set<http.ClientRequest>()
  #closed = false

  constructor(options: HttpPoolOptions) {
    this.#options = { ...defaults, ...options }
    this.#agent = new http.Agent({ keepAlive: true, maxSockets: this.#options.maxInFlight })
  }

  /** @throws RpcUnavailable when there is no whole answer */
  async exchange(asked: HttpRequest, { timeoutMs = this.#options.timeoutMs, signal }: HttpLimits = {}): Promise<HttpAnswer> {
    const { maxInFlight, maxWaiting } = this.#options
    if (this.#closed || signal?.aborted === true) throw closed()
    if (this.#active.size >= maxInFlight + maxWaiting) throw new RpcUnavailable('overloaded', `${this.#active.size} requests under way`)
    return this.#within(this.#request(asked), asked.body, timeoutMs, signal)
  }

  /** Ends everything in flight. */
  close(): void {
    this.#closed = true
    for (const request of this.#active) this.#giveUp(request, closed())
    this.#agent.destroy()
  }

  async #within(request: http.ClientRequest, body: Buffer | undefined, timeoutMs: number, signal?: AbortSignal): Promise<HttpAnswer> {
    const limit = setTimeout(() => this.#giveUp(request, new RpcUnavailable('timeout', `no answer within ${timeoutMs} ms`)), timeoutMs)
    const abort = (): void => this.#giveUp(request, closed())
    signal?.addEventListener('abort', abort, { once: true })
    this.#active.add(request)
    try {
      return await this.#answerOf(request, body)
    } catch (error) {
      throw this.#givenUp.get(request) ?? unavailable(error)
    } finally {
      clearTimeout(limit)
      signal?.removeEventListener('abort', abort)
      this.#active.delete(request)
    }
  }

  #giveUp(request: http.ClientRequest, why: RpcUnavailable): void {
    this.#givenUp.set(request, why)
    request.destroy()
  }

  #request({ method, path, headers, body }: HttpRequest): http.ClientRequest {
    return http.request({ ...this.#options.target, method, path, agent: this.#agent, headers: { ...headers, 'content-length': body?.length ?? 0 } })
  }

  #answerOf(request: http.ClientRequest, body: Buffer | undefined): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      request.on('error', reject)
      request.on('response', (response) => this.#read(response).then(resolve, reject))
      request.end(body)
    })
  }

  async #read(response: http.IncomingMessage): Promise<HttpAnswer> {
    const parts: Buffer[] = []
    let bytes = 0
    for await (const part of response as AsyncIterable<Buffer>) { // no encoding is set, so the parts are Buffers
      bytes += part.length
      // Leaving the loop destroys the response and its connection.
      if (bytes > this.#options.maxResponseBytes) throw new RpcUnavailable('too-large', `more than ${this.#options.maxResponseBytes} bytes`)
      parts.push(part)
    }
    return { status: response.statusCode ?? 0, body: Buffer.concat(parts) }
  }
}

function closed(): RpcUnavailable {
  return new RpcUnavailable('closed', 'closed by the platform')
}

/** Up to these calls nothing was sent. */
const whileConnecting = new Set(['connect', 'getaddrinfo'])

function unavailable(error: unknown): RpcUnavailable {
  if (error instanceof RpcUnavailable) return error
  const step = error instanceof Error && 'syscall' in error ? String(error.syscall) : ''
  return new RpcUnavailable(whileConnecting.has(step) ? 'not-connected' : 'interrupted', error instanceof Error ? error.message : String(error))
}
