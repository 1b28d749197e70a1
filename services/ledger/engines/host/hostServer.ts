import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import fastify from 'fastify'
import { hash, timingSafeEqual } from 'node:crypto'
import type { EngineOrder } from '../hostApi.ts'
import { enginePath, engineOrderSchema, isChainId, lifeHeader } from '../hostApi.ts'
import { maxRequestBytes } from '../jsonRpc.ts'
import type { EngineHost } from './engineHost.ts'
import { HostRefusal } from './hostRefusal.ts'

export interface HostServerOptions {
  readonly host: EngineHost
  readonly token: string
  /** Why not; undefined when ready. */
  readonly notReady: () => string | undefined
  readonly trouble: (error: unknown) => void
}

const maxConnections = 2_048
const maxOrderBytes = 4_096
/** For a whole request to arrive. */
const requestTimeoutMs = 30_000
const keptOpenMs = 60_000

/** Probes of the machine that runs the host: they say nothing of any engine. */
const open: ReadonlySet<string | undefined> = new Set(['/healthz', '/readyz'])

/** REST over an EngineHost. Fastify without Nest: eight routes, and the bytes of `rpc` pass through unread. */
export function hostServer(options: HostServerOptions): FastifyInstance {
  const app = fastify({ requestTimeout: requestTimeoutMs, keepAliveTimeout: keptOpenMs, forceCloseConnections: 'idle' })
  app.server.maxConnections = maxConnections
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.addHook('onRequest', tokenGuard(options.token))
  app.setErrorHandler((error, _request, reply) => refuse(reply, refusalOf(error, options.trouble)))
  app.setNotFoundHandler((_request, reply) => refuse(reply, new HostRefusal('not-found', 'there is no such resource')))
  probes(app, options)
  engines(app, options.host)
  return app
}

function probes(app: FastifyInstance, { notReady }: HostServerOptions): void {
  app.get('/healthz', () => ({ status: 'alive' }))
  app.get('/readyz', (_request, reply) => {
    const reason = notReady()
    return reply.code(reason === undefined ? 200 : 503).send(reason === undefined ? { status: 'ready' } : { status: 'not ready', reason })
  })
}

type OfChain = FastifyRequest<{ Params: { chainId: string } }>

function engines(app: FastifyInstance, host: EngineHost): void {
  const path = enginePath(':chainId')
  app.put(path, { bodyLimit: maxOrderBytes }, (request: OfChain) => host.order(orderOf(request)))
  app.get(path, (request: OfChain) => host.stateOf(chainIdOf(request)))
  app.post(`${path}/stop`, { bodyLimit: maxOrderBytes }, async (request: OfChain, reply) => {
    await host.stop(chainIdOf(request))
    return reply.code(204).send()
  })
  app.delete(path, { bodyLimit: maxOrderBytes }, async (request: OfChain, reply) => {
    await host.destroy(chainIdOf(request))
    return reply.code(204).send()
  })
  app.post(`${path}/rpc`, { bodyLimit: maxRequestBytes }, async (request: OfChain, reply) => {
    const answer = await host.ask(chainIdOf(request), lifeOf(request), bodyOf(request), whenGone(reply))
    return reply.type('application/json').send(answer)
  })
}

/** Before the body is read, so that a stranger cannot make the host hold one. */
function tokenGuard(token: string) {
  const expected = hash('sha256', token, 'buffer')
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    if (open.has(request.routeOptions.url)) return
    const given = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? ''
    // Hashed, because timingSafeEqual wants equal lengths.
    if (timingSafeEqual(hash('sha256', given, 'buffer'), expected)) return
    void reply.header('www-authenticate', 'Bearer realm="brume-engines"').header('connection', 'close')
    throw new HostRefusal('token-invalid', 'a valid bearer token is needed')
  }
}

function chainIdOf({ params }: OfChain): string {
  if (!isChainId(params.chainId)) throw new HostRefusal('not-found', 'there is no engine of this chain')
  return params.chainId
}

function orderOf(request: OfChain): EngineOrder {
  const parsed = engineOrderSchema.safeParse(parse(bodyOf(request)))
  if (!parsed.success) throw new HostRefusal('bad-request', parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '))
  if (parsed.data.chainId !== request.params.chainId) throw new HostRefusal('bad-request', 'the order is for another chain than its path')
  return parsed.data
}

/** The only parser gives Buffers; a request without a body has none. */
function bodyOf({ body }: FastifyRequest): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0)
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    throw new HostRefusal('bad-request', 'the body is not JSON')
  }
}

function lifeOf({ headers }: FastifyRequest): string | undefined {
  const life = headers[lifeHeader]
  return typeof life === 'string' ? life : undefined
}

/** Ends when the caller has gone, or has its answer. */
function whenGone({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController()
  raw.once('close', () => gone.abort())
  return gone.signal
}

const codeOfStatus: Readonly<Record<number, HostRefusal>> = {
  413: new HostRefusal('request-too-large', 'the body is too large'),
  415: new HostRefusal('media-type', 'the body must be application/json'),
}

function refusalOf(error: unknown, trouble: (error: unknown) => void): HostRefusal {
  if (error instanceof HostRefusal) return error
  const status = error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500
  if (status < 500) return codeOfStatus[status] ?? new HostRefusal('bad-request', 'the request cannot be read')
  trouble(error)
  return new HostRefusal('internal', 'the engine host failed; see its log')
}

function refuse(reply: FastifyReply, refusal: HostRefusal): FastifyReply {
  return reply.code(refusal.status).type('application/problem+json').send(refusal.body())
}
