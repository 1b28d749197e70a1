import http from 'node:http'
import { z } from 'zod'
import type { JsonRpc, RpcCall, RpcCallOptions, RpcOutcome } from './jsonRpc.ts'
import { maxRequestBytes, RpcError, RpcUnavailable } from './jsonRpc.ts'

export interface JsonRpcSocketOptions {
  readonly socketPath: string
  /** Connections, and so requests, at once. */
  readonly maxInFlight?: number
  /** Requests that may wait for a connection; one more is refused as `overloaded`. */
  readonly maxWaiting?: number
  readonly maxResponseBytes?: number
  readonly timeoutMs?: number
}

const defaults = { maxInFlight: 64, maxWaiting: 10_000, maxResponseBytes: 32 * 1024 * 1024, timeoutMs: 30_000 }

const answerSchema = z.object({
  id: z.number(),
  result: z.unknown().optional(),
  error: z.object({ code: z.number(), message: z.string(), data: z.unknown().optional() }).optional(),
})
type Answer = z.infer<typeof answerSchema>

/** JSON-RPC over HTTP on a Unix socket, with kept connections. `fetch` cannot do this without undici's own dispatcher; ethers has no such transport. */
export class JsonRpcSocket implements JsonRpc {
  readonly #options: Required<JsonRpcSocketOptions>
  readonly #agent: http.Agent
  /** Why the platform gave a request up: node may report the end of its connection first. */
  readonly #givenUp = new WeakMap<http.ClientRequest, RpcUnavailable>()
  readonly #active = new Set<http.ClientRequest>()
  #closed = false

  constructor(options: JsonRpcSocketOptions) {
    this.#options = { ...defaults, ...options }
    this.#agent = new http.Agent({ keepAlive: true, maxSockets: this.#options.maxInFlight })
  }

  async call(method: string, params: readonly unknown[], options: RpcCallOptions = {}): Promise<unknown> {
    const answer = parseAnswer(await this.#post(JSON.stringify({ jsonrpc: '2.0', id: 0, method, params }), options))
    const outcome = outcomeOf(answer)
    if (!outcome.ok) throw outcome.error
    return outcome.result
  }

  async batch(calls: readonly RpcCall[], options: RpcCallOptions = {}): Promise<RpcOutcome[]> {
    if (calls.length === 0) return []
    const text = await this.#post(JSON.stringify(calls.map((call, id) => ({ jsonrpc: '2.0', id, ...call }))), options)
    const answers = parseAnswers(text)
    return calls.map((call, id) => {
      const answer = answers.get(id)
      if (answer === undefined) throw new RpcUnavailable('malformed', `no answer for call ${id} (${call.method})`)
      return outcomeOf(answer)
    })
  }

  close(): void {
    this.#closed = true
    for (const request of this.#active) this.#giveUp(request, new RpcUnavailable('closed', 'closed by the platform'))
    this.#agent.destroy()
  }

  async #post(body: string, { timeoutMs = this.#options.timeoutMs }: RpcCallOptions): Promise<string> {
    const { maxInFlight, maxWaiting } = this.#options
    if (this.#closed) throw new RpcUnavailable('closed', 'closed by the platform')
    if (Buffer.byteLength(body) > maxRequestBytes) throw new RpcUnavailable('request-too-large', `more than ${maxRequestBytes} bytes`)
    if (this.#active.size >= maxInFlight + maxWaiting) throw new RpcUnavailable('overloaded', `${this.#active.size} requests under way`)
    return this.#exchange(body, timeoutMs)
  }

  async #exchange(body: string, timeoutMs: number): Promise<string> {
    const request = this.#request(body)
    const limit = setTimeout(() => this.#giveUp(request, new RpcUnavailable('timeout', `no answer within ${timeoutMs} ms`)), timeoutMs)
    this.#active.add(request)
    try {
      return await this.#answerOf(request, body)
    } catch (error) {
      throw this.#givenUp.get(request) ?? unavailable(error)
    } finally {
      clearTimeout(limit)
      this.#active.delete(request)
    }
  }

  #giveUp(request: http.ClientRequest, why: RpcUnavailable): void {
    this.#givenUp.set(request, why)
    request.destroy()
  }

  #request(body: string): http.ClientRequest {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    return http.request({ socketPath: this.#options.socketPath, path: '/', method: 'POST', agent: this.#agent, headers })
  }

  #answerOf(request: http.ClientRequest, body: string): Promise<string> {
    return new Promise((resolve, reject) => {
      request.on('error', reject)
      request.on('response', (response) => this.#read(response).then(resolve, reject))
      request.end(body)
    })
  }

  async #read(response: http.IncomingMessage): Promise<string> {
    const parts: Buffer[] = []
    let bytes = 0
    for await (const part of response as AsyncIterable<Buffer>) { // no encoding is set, so the parts are Buffers
      bytes += part.length
      // Leaving the loop destroys the response and its connection.
      if (bytes > this.#options.maxResponseBytes) throw new RpcUnavailable('too-large', `more than ${this.#options.maxResponseBytes} bytes`)
      parts.push(part)
    }
    if (response.statusCode !== 200) throw new RpcUnavailable('malformed', `HTTP status ${response.statusCode}`)
    return Buffer.concat(parts).toString('utf8')
  }
}

const neverConnected = new Set(['ENOENT', 'ECONNREFUSED', 'EACCES'])

function unavailable(error: unknown): RpcUnavailable {
  if (error instanceof RpcUnavailable) return error
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return new RpcUnavailable(neverConnected.has(code) ? 'not-connected' : 'interrupted', error instanceof Error ? error.message : String(error))
}

function outcomeOf({ error, result }: Answer): RpcOutcome {
  return error === undefined ? { ok: true, result } : { ok: false, error: new RpcError(error.code, error.message, error.data) }
}

function parseAnswer(text: string): Answer {
  return parse(text, answerSchema)
}

function parseAnswers(text: string): Map<number, Answer> {
  return new Map(parse(text, z.array(answerSchema)).map((answer) => [answer.id, answer]))
}

function parse<T>(text: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(text))
  } catch {
    throw new RpcUnavailable('malformed', 'the answer is not JSON-RPC 2.0')
  }
}
