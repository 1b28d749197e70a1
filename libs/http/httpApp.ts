import type { DynamicModule, LoggerService, Type } from '@nestjs/common'
import { NestFactory, Reflector } from '@nestjs/core'
import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { NewId } from '@brume/config'
import { uuidv7Ids } from '@brume/config'
import { commonProblems } from './commonProblems.ts'
import { MediaTypeGuard } from './mediaType.ts'
import { sendProblem } from './problemFilter.ts'
import { problemOf } from './problemOf.ts'
import { collectRoutes } from './routeTable.ts'
import { schemaPipe } from './schemaPipe.ts'
import { sendServerTiming } from './serverTiming.ts'

export interface HttpAppOptions {
  readonly logger?: LoggerService | false
  /** Ids of requests: the `instance` of problems. */
  readonly newId?: NewId
  /** Default 1 MiB. */
  readonly bodyLimitBytes?: number
  /** Longest that a request may take to arrive, so that slow senders cannot hold sockets (default 30 s). */
  readonly requestTimeoutMs?: number
}

/** The one way to make an HTTP application of Brume: every service answers bad input alike. `root` includes ProblemsModule and BearerGuardModule. */
export async function createHttpApp(root: Type | DynamicModule, options: HttpAppOptions = {}): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter(fastifyOptions(options))
  const server = adapter.getInstance()
  sendServerTiming(server) // first, so that it counts what the other hooks take
  collectRoutes(server)
  acceptBodies(server)
  sendSafeHeaders(server)
  // Nest would add parsers for JSON and for forms; ours are all there are, so that anything else is 415.
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, { bodyParser: false, abortOnError: false, ...(options.logger !== undefined && { logger: options.logger }) })
  app.useGlobalPipes(schemaPipe())
  app.useGlobalGuards(new MediaTypeGuard(app.get(Reflector)))
  return app
}

function fastifyOptions({ newId = uuidv7Ids(), bodyLimitBytes = 1_048_576, requestTimeoutMs = 30_000 }: HttpAppOptions) {
  return {
    bodyLimit: bodyLimitBytes,
    requestTimeout: requestTimeoutMs,
    // Node looks for late requests every 30 s unless told, and exchanges the two limits when the one for headers (60 s) is the longer.
    http: { connectionsCheckingInterval: Math.min(requestTimeoutMs, 5_000), headersTimeout: requestTimeoutMs, requestTimeout: requestTimeoutMs },
    // Above the 60 s of common load balancers, so that they, not we, close an idle connection: else a request can meet a closing one.
    keepAliveTimeout: 65_000,
    // X-Forwarded-* comes from anybody until an operator says which proxy is his.
    // What arrives on a connection that is still open while we stop is answered, not refused: see requestDrain.ts.
    return503OnClosing: false,
    trustProxy: false,
    logger: false,
    requestIdHeader: false as const,
    genReqId: newId,
    routerOptions: { maxParamLength: 200 },
    clientErrorHandler: answerMalformedHttp,
    frameworkErrors: answerUnroutable,
  }
}

function acceptBodies(server: FastifyInstance): void {
  server.removeContentTypeParser('text/plain')
  // One compact JWS; ingest needs its exact bytes.
  server.addContentTypeParser('application/jose', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
}

/** An API for programs: a browser must neither sniff, frame nor run an answer. What may be cached says so itself. */
const safeHeaders = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
}

function sendSafeHeaders(server: FastifyInstance): void {
  server.addHook('onRequest', (_request, reply, done) => {
    reply.headers(safeHeaders)
    done()
  })
}

/** A path that the router cannot read (400, 414) reaches no hook and no filter. */
function answerUnroutable(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  reply.headers(safeHeaders)
  sendProblem(problemOf(error), request, reply)
}

/** What Node's parser refuses never becomes a request; only the bare socket is left to answer on. */
function answerMalformedHttp(error: Error & { code?: string }, socket: { writable: boolean; destroyed: boolean; end(text: string): void; destroy(error?: Error): void }): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  if (!socket.writable) return socket.destroy(error)
  const code = error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'request-timeout' : 'malformed-http'
  const problem = commonProblems.problem(code)
  const body = JSON.stringify(problem.body())
  const reason = code === 'request-timeout' ? 'Request Timeout' : 'Bad Request'
  socket.end(`HTTP/1.1 ${problem.kind.status} ${reason}\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`)
}
