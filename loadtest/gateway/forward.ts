import type { IncomingMessage, ServerResponse } from 'node:http'
import { constants, type ClientHttp2Stream, type IncomingHttpHeaders } from 'node:http2'
import { pipeline } from 'node:stream/promises'
import type { CloudConnection } from './cloudConnection.ts'
import { towardsCloud, towardsDevice } from './hopByHop.ts'
import { refuse, type Refusal } from './refusals.ts'

export interface ForwardLimits {
  readonly bodyBytes: number
  /** Longest that nothing moves on the way to the cloud. */
  readonly answerMs: number
}

/** One request of a device, streamed both ways: nothing is kept but what is on its way, and nothing is sent twice. */
export async function forward(cloud: CloudConnection, request: IncomingMessage, response: ServerResponse, limits: ForwardLimits): Promise<void> {
  if (Number(request.headers['content-length'] ?? 0) > limits.bodyBytes) return refuse(response, 'too large')
  const stream = await cloud.request(towardsCloud(request, cloud.authority), { endStream: !hasBody(request) })
  if (stream === undefined) return refuse(response, 'cloud away')
  await new Passing(request, response, stream).pass(limits)
}

/** RFC 9112 section 6.3: a request has a body if it says how long that is, or that it comes in chunks. */
function hasBody({ headers }: IncomingMessage): boolean {
  return isChunked(headers) || Number(headers['content-length'] ?? 0) > 0
}

function isChunked(headers: IncomingMessage['headers']): boolean {
  return headers['transfer-encoding'] !== undefined
}

class Passing {
  readonly #request: IncomingMessage
  readonly #response: ServerResponse
  readonly #stream: ClientHttp2Stream
  /** What to say if the stream ends without an answer. */
  #ended: Refusal = 'cut'

  constructor(request: IncomingMessage, response: ServerResponse, stream: ClientHttp2Stream) {
    this.#request = request
    this.#response = response
    this.#stream = stream
    stream.on('error', () => undefined) // `close` follows
    // The device went away: the cloud hears of it.
    response.once('close', () => this.#cancel('cut'))
    if (response.destroyed) this.#cancel('cut')
  }

  async pass({ bodyBytes, answerMs }: ForwardLimits): Promise<void> {
    this.#stream.setTimeout(answerMs, () => this.#cancel('too late'))
    if (hasBody(this.#request)) this.#request.pipe(this.#stream)
    if (isChunked(this.#request.headers)) this.#bound(bodyBytes)
    const headers = await this.#answer()
    if (headers === undefined) return refuse(this.#response, this.#ended)
    this.#response.writeHead(Number(headers[':status']), towardsDevice(headers))
    await pipeline(this.#stream, this.#response, { end: false })
    // A reset ends the stream as an answer's own end does (Node pushes null for both): only its code tells a part from the whole.
    if (this.#stream.rstCode === constants.NGHTTP2_NO_ERROR) this.#response.end()
    else this.#response.destroy()
  }

  /** What says its length is bounded by that. */
  #bound(bodyBytes: number): void {
    let seenBytes = 0
    this.#request.on('data', (piece: Buffer) => {
      seenBytes += piece.length
      if (seenBytes > bodyBytes) this.#cancel('too large')
    })
  }

  /** Undefined if there is none. */
  #answer(): Promise<IncomingHttpHeaders | undefined> {
    return new Promise((resolve) => {
      this.#stream.once('response', resolve).once('close', () => {
        // Nobody needs the rest of the body, but somebody must read it: the next request comes behind it.
        this.#request.unpipe(this.#stream).resume()
        resolve(undefined)
      })
    })
  }

  #cancel(why: Refusal): void {
    if (this.#stream.closed) return
    this.#ended = why
    this.#stream.close(constants.NGHTTP2_CANCEL)
  }
}
