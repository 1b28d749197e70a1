import type { ProblemDocument } from './problemError.ts'
import { ProblemError, UnexpectedAnswerError } from './problemError.ts'
import type { RetryPolicy, Wait } from './retry.ts'
import { defaultRetry, realWait, withRetries } from './retry.ts'

export interface TransportOptions {
  /** Of the platform, such as `http://localhost:8080`. */
  readonly url: string
  /** Bearer token of a tenant or of the operator. */
  readonly token?: string
  /** Longest that one try may take (default 30 s). */
  readonly timeoutMs?: number
  readonly retry?: RetryPolicy
  readonly fetch?: typeof fetch
  readonly wait?: Wait
}

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Begins with a slash. */
  readonly path: string
  readonly body?: { readonly type: string; readonly content: string | Uint8Array<ArrayBuffer> }
  readonly idempotencyKey?: string
  /** A second arrival changes nothing: reads, PUT, what carries an Idempotency-Key, signed readings. Only then is it tried again. */
  readonly repeatable: boolean
}

export interface ApiAnswer {
  readonly status: number
  readonly headers: Headers
  readonly bytes: Uint8Array
}

/** One HTTP exchange after another, with limits. Refusals are thrown as `ProblemError`. */
export class Transport {
  readonly #options: TransportOptions
  readonly #base: string

  constructor(options: TransportOptions) {
    this.#options = options
    this.#base = options.url.replace(/\/+$/, '')
  }

  send(request: ApiRequest): Promise<ApiAnswer> {
    const { retry = defaultRetry, wait = realWait } = this.#options
    return request.repeatable ? withRetries(retry, wait, () => this.#once(request)) : this.#once(request)
  }

  async #once(request: ApiRequest): Promise<ApiAnswer> {
    const { fetch: send = fetch, timeoutMs = 30_000 } = this.#options
    const { method, path, body } = request
    const init: RequestInit = { method, headers: this.#headersOf(request), redirect: 'error', signal: AbortSignal.timeout(timeoutMs), ...(body && { body: body.content }) }
    const response = await send(this.#base + path, init)
    const answer = { status: response.status, headers: response.headers, bytes: new Uint8Array(await response.arrayBuffer()) }
    if (response.ok) return answer
    throw problemOf(request, answer)
  }

  #headersOf({ body, idempotencyKey }: ApiRequest): Record<string, string> {
    const { token } = this.#options
    return {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body && { 'content-type': body.type }),
      ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
    }
  }
}

/** The body as JSON. The API's types are its OpenAPI document's; the client believes the platform that it was pointed to. */
export function jsonOf<T>({ bytes }: ApiAnswer): T {
  try {
    // Trusted as said above: what must hold against a lying platform (promises, proofs) is checked by signature, not by shape.
    return JSON.parse(new TextDecoder().decode(bytes)) as T
  } catch {
    throw new UnexpectedAnswerError('the answer is not JSON')
  }
}

function problemOf({ method, path }: ApiRequest, answer: ApiAnswer): Error {
  const retryAfterMs = secondsToMs(answer.headers.get('retry-after'))
  if (answer.headers.get('content-type')?.startsWith('application/problem+json')) return new ProblemError(jsonOf<ProblemDocument>(answer), retryAfterMs)
  // A proxy's own page. It has a status, so a caller can still see whether a later try may help.
  return new ProblemError({ type: 'about:blank', title: `${method} ${path} was answered without a problem document`, status: answer.status }, retryAfterMs)
}

/** RFC 9110 section 10.2.3; the form with a date is not used by the platform. */
function secondsToMs(retryAfter: string | null): number | undefined {
  return retryAfter !== null && /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) * 1_000 : undefined
}
