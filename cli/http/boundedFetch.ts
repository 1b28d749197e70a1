import { UnusableError } from '../exitCode.ts'

export interface BoundedRequest {
  method?: 'GET' | 'POST'
  headers?: Record<string, string>
  body?: string
  maxBytes: number
  timeoutMs: number
}

export interface BoundedAnswer {
  status: number
  bytes: Uint8Array
}

/** One request with a limit of time and of size. Throws `UnusableError` when no whole answer comes; follows no redirect, which could lead a token elsewhere. */
export async function boundedFetch(url: string, { maxBytes, timeoutMs, ...request }: BoundedRequest): Promise<BoundedAnswer> {
  try {
    const answer = await fetch(url, { ...request, redirect: 'error', signal: AbortSignal.timeout(timeoutMs) })
    return { status: answer.status, bytes: await readBody(answer, maxBytes) }
  } catch (error) {
    throw new UnusableError(`${url}: ${reasonOf(error)}`)
  }
}

async function readBody({ body }: Response, maxBytes: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of body ?? []) {
    length += piece.length
    if (length > maxBytes) throw new Error(`the answer has more than ${maxBytes} bytes`)
    pieces.push(piece)
  }
  return new Uint8Array(Buffer.concat(pieces, length))
}

/** `fetch` hides what happened in `cause`. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message
}
