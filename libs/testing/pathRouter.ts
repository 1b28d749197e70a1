import { createServer, request as httpRequest, type ClientRequest, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pipeline } from 'node:stream/promises'
import { joinMetrics, joinOpenApi } from './joinedDocuments.ts'

/** Where each service answers. */
export interface ServiceUrls {
  readonly auth: string
  readonly ingest: string
  readonly ledger: string
}

export type ServiceName = keyof ServiceUrls

/** One URL for services that run apart, as a gateway gives it. */
export interface PathRouter extends AsyncDisposable {
  readonly url: string
  close(): Promise<void>
}

/** Which paths are whose: by path alone, which is all that a router needs to know (design, "At the edges"). */
const prefixes: ReadonlyArray<readonly [prefix: string, service: ServiceName]> = [
  ['/v1/tenants', 'auth'],
  ['/v1/devices', 'auth'],
  ['/.well-known/', 'auth'],
  ['/v1/readings', 'ingest'],
  ['/v1/chains', 'ledger'],
]

/** What every service has for itself: all are asked, and their documents become one. */
const joined: Readonly<Record<string, (texts: readonly string[]) => string>> = {
  '/openapi.json': joinOpenApi,
  '/metrics': joinMetrics,
  '/livez': (texts) => texts[0] ?? '',
  '/readyz': (texts) => texts[0] ?? '',
}

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export async function startPathRouter(services: ServiceUrls, port = 0): Promise<PathRouter> {
  const server = createServer((request, response) => {
    route(services, request, response).catch((error: unknown) => badGateway(response, error))
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))
  // Of a TCP server that listens it is an AddressInfo (node:net).
  const { port: chosen } = server.address() as AddressInfo
  const close = async (): Promise<void> => {
    server.closeAllConnections()
    await new Promise<void>((resolve) => server.close(() => resolve()))
  }
  return { url: `http://127.0.0.1:${chosen}`, close, [Symbol.asyncDispose]: close }
}

function route(services: ServiceUrls, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [path = '/'] = (request.url ?? '/').split('?')
  const join = joined[path]
  if (join !== undefined) return answerJoined(services, path, join, response)
  const owner = prefixes.find(([prefix]) => path === prefix || path.startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`))
  if (owner !== undefined) return forward(services[owner[1]], request, response)
  return answerFirstKnown(services, request, response)
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

async function answerJoined(services: ServiceUrls, path: string, join: (texts: readonly string[]) => string, response: ServerResponse): Promise<void> {
  const answers = await Promise.all(Object.values(services).map((target: string) => ask(target + path)))
  const refusal = answers.find(({ status }) => status !== 200)
  if (refusal !== undefined) return reply(response, refusal)
  const [first] = answers
  if (first !== undefined) reply(response, { ...first, body: Buffer.from(join(answers.map(({ body }) => body.toString()))) })
}

/** Problems are explained by the service that answers with them: the first that knows the path. */
async function answerFirstKnown(services: ServiceUrls, { url = '/', method = 'GET', headers }: IncomingMessage, response: ServerResponse): Promise<void> {
  const answers = await Promise.all(Object.values(services).map((target: string) => ask(target + url, { method, accept: headers.accept })))
  const known = answers.find(({ status }) => status !== 404) ?? answers[0]
  if (known !== undefined) reply(response, known)
}

function ask(url: string, { method = 'GET', accept = 'application/json, text/plain' } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    httpRequest(url, { method, headers: { accept } }, (message) => {
      const pieces: Buffer[] = []
      message.on('data', (piece: Buffer) => pieces.push(piece)).once('error', reject)
      message.once('end', () => resolve({ status: message.statusCode ?? 502, headers: message.headers, body: Buffer.concat(pieces) }))
    }).once('error', reject).end()
  })
}

function reply(response: ServerResponse, { status, headers, body }: Answer): void {
  const { 'content-length': _, 'transfer-encoding': __, connection: ___, ...kept } = headers
  response.writeHead(status, { ...kept, 'content-length': body.length }).end(body)
}

function badGateway(response: ServerResponse, error: unknown): void {
  if (response.headersSent) return void response.destroy()
  response.writeHead(502, { 'content-type': 'text/plain' }).end(`${error instanceof Error ? error.message : String(error)}\n`)
}
