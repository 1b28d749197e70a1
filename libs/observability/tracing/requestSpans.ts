import { context, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, type Context, type Span } from '@opentelemetry/api'
import { createParamDecorator } from '@nestjs/common'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { spanContextOf, TRACEPARENT, traceparentText, wellFormedTraceparent } from './traceparent.ts'
import { isTracing } from './tracingSwitch.ts'

/** Asked every second by whoever watches: spans of these would only hide the others. */
const unseen: ReadonlySet<string> = new Set(['/livez', '/readyz', '/metrics'])

const contexts = new WeakMap<object, Context>()

/** One span for each request (OpenTelemetry semantic conventions for HTTP servers), in the trace that the client is in. Before the routes are registered. */
export function traceRequests(server: FastifyInstance): void {
  if (!isTracing()) return
  server.addHook('onRequest', (request, reply, done) => {
    if (!unseen.has(request.routeOptions.url ?? '')) begin(request, reply)
    done()
  })
  // Not earlier: a body arrives by events of the socket, which are outside every context.
  server.addHook('preHandler', (request, _reply, done) => {
    const within = contexts.get(request)
    if (within === undefined) return done()
    context.with(within, done)
  })
}

function begin(request: FastifyRequest, reply: FastifyReply): void {
  const parent = spanContextOf(request.headers[TRACEPARENT])
  const from = parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent)
  const route = request.routeOptions.url
  const name = route === undefined ? request.method : `${request.method} ${route}`
  const span = trace.getTracer('brume').startSpan(name, { kind: SpanKind.SERVER, attributes: requestAttributes(request, route) }, from)
  contexts.set(request, trace.setSpan(from, span))
  // `close` comes after an answer and after a client that went away.
  reply.raw.once('close', () => end(span, reply))
}

/** Never the query: it may hold what is nobody's business. */
function requestAttributes(request: FastifyRequest, route: string | undefined) {
  return {
    'http.request.method': request.method,
    'url.scheme': request.protocol,
    'url.path': request.url.split('?', 1)[0],
    'network.protocol.version': request.raw.httpVersion,
    ...(route !== undefined && { 'http.route': route }),
  }
}

function end(span: Span, { raw }: FastifyReply): void {
  if (raw.headersSent) span.setAttribute('http.response.status_code', raw.statusCode)
  if (!raw.writableEnded) span.setStatus({ code: SpanStatusCode.ERROR }).setAttribute('error.type', 'aborted')
  else if (raw.statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR }).setAttribute('error.type', String(raw.statusCode))
  span.end()
}

/**
 * `@Traceparent() traceparent: string | undefined` in a controller: what the records of this request carry. The span of the request, or with
 * tracing off what the client sent, byte for byte, so that a trace is not cut by a node that does not take part in it.
 */
export const Traceparent = createParamDecorator((_: unknown, host): string | undefined => traceparentOf(host.switchToHttp().getRequest<FastifyRequest>()))

function traceparentOf(request: FastifyRequest): string | undefined {
  const span = isTracing() ? trace.getSpanContext(contexts.get(request) ?? ROOT_CONTEXT) : undefined
  return span === undefined ? wellFormedTraceparent(request.headers[TRACEPARENT]) : traceparentText(span)
}
