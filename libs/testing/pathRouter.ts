import { createServer, request as httpRequest, type ClientRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { badGateway, DocumentJoiner } from './documentJoiner.ts'
import { listenOnLoopback } from './listenOnLoopback.ts'
import { ownerOf, type ServiceUrls } from './servicePaths.ts'

/** One URL for services that run apart, as a gateway gives it. */
export interface PathRouter extends AsyncDisposable {
  readonly url: string
  close(): Promise<void>
}

/** One process of each service, no health checks: `EdgeProxy` is for replicas. */
export async function startPathRouter(services: ServiceUrls, port = 0): Promise<PathRouter> {
  const joiner = new DocumentJoiner({ auth: [services.auth], ingest: [services.ingest], ledger: [services.ledger] })
  const server = createServer((request, response) => {
    const [path = '/'] = (request.url ?? '/').split('?')
    const owner = ownerOf(path)
    const answered = owner === undefined ? joiner.answer(request, response) : forward(services[owner], request, response)
    answered.catch((error: unknown) => badGateway(response, error))
  })
  return listenOnLoopback(server, port)
}

/** Bodies above this are held back for a moment, bytes. */
const LARGE_BODY = 65_536
/** How long, ms: a service that refuses by Content-Length alone (413) answers at once, closes, and the answer is lost to whoever is still writing. */
const EARLY_REFUSAL_MS = 50

async function forward(target: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const upstream = httpRequest(target + (request.url ?? '/'), { method: request.method, headers: request.headers })
  const answered = new Promise<IncomingMessage>((resolve, reject) => upstream.once('response', resolve).on('error', reject))
  if (Number(request.headers['content-length'] ?? 0) > LARGE_BODY) await settledWithin(upstream, EARLY_REFUSAL_MS, answered)
  request.pipe(upstream)
  // Once there is an answer nobody needs the rest, but the sender hears the answer only if somebody goes on reading.
  const answer = await answered.finally(() => request.unpipe(upstream).resume())
  // Of this hop only (RFC 9110 section 7.6.1): the connection to the client lives on.
  const { connection: _, 'keep-alive': __, ...headers } = answer.headers
  response.writeHead(answer.statusCode ?? 502, headers)
  await pipeline(answer, response)
}

async function settledWithin(upstream: ClientRequest, ms: number, answered: Promise<unknown>): Promise<void> {
  upstream.flushHeaders()
  const { promise: elapsed, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  await Promise.race([answered.catch(() => undefined), elapsed])
  clearTimeout(timer)
}
