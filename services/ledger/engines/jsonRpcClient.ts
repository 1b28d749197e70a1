import { z } from 'zod'
import type { JsonRpc, RpcCall, RpcCallOptions, RpcOutcome } from './jsonRpc.ts'
import { maxRequestBytes, RpcError, RpcUnavailable } from './jsonRpc.ts'

/** Brings a request to the engine and its answer back, both as they are written. */
export interface RpcCarrier {
  /** @throws RpcUnavailable when there is no whole answer */
  post(body: Buffer, options: RpcCallOptions): Promise<Buffer>
  close(): void
}

const answerSchema = z.object({
  id: z.number(),
  result: z.unknown().optional(),
  error: z.object({ code: z.number(), message: z.string(), data: z.unknown().optional() }).optional(),
})
type Answer = z.infer<typeof answerSchema>

/** JSON-RPC 2.0 over whatever carries bytes. ethers' own providers know neither a Unix socket nor an outcome per call of a batch. */
export class JsonRpcClient implements JsonRpc {
  readonly #carrier: RpcCarrier

  constructor(carrier: RpcCarrier) {
    this.#carrier = carrier
  }

  async call(method: string, params: readonly unknown[], options: RpcCallOptions = {}): Promise<unknown> {
    const answer = parse(await this.#post({ jsonrpc: '2.0', id: 0, method, params }, options), answerSchema)
    const outcome = outcomeOf(answer)
    if (!outcome.ok) throw outcome.error
    return outcome.result
  }

  async batch(calls: readonly RpcCall[], options: RpcCallOptions = {}): Promise<RpcOutcome[]> {
    if (calls.length === 0) return []
    const answers = parseAnswers(await this.#post(calls.map((call, id) => ({ jsonrpc: '2.0', id, ...call })), options))
    return calls.map((call, id) => {
      const answer = answers.get(id)
      if (answer === undefined) throw new RpcUnavailable('malformed', `no answer for call ${id} (${call.method})`)
      return outcomeOf(answer)
    })
  }

  close(): void {
    this.#carrier.close()
  }

  async #post(request: unknown, options: RpcCallOptions): Promise<Buffer> {
    const body = Buffer.from(JSON.stringify(request))
    if (body.length > maxRequestBytes) throw new RpcUnavailable('request-too-large', `more than ${maxRequestBytes} bytes`)
    return this.#carrier.post(body, options)
  }
}

function outcomeOf({ error, result }: Answer): RpcOutcome {
  return error === undefined ? { ok: true, result } : { ok: false, error: new RpcError(error.code, error.message, error.data) }
}

function parseAnswers(body: Buffer): Map<number, Answer> {
  return new Map(parse(body, z.array(answerSchema)).map((answer) => [answer.id, answer]))
}

function parse<T>(body: Buffer, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(body.toString('utf8')))
  } catch {
    throw new RpcUnavailable('malformed', 'the answer is not JSON-RPC 2.0')
  }
}
