import { createServer, type IncomingMessage, type Server } from 'node:http'
import { once } from 'node:events'

/** A span as OTLP over HTTP sends it in JSON (opentelemetry-proto, trace.proto); ids are hex. */
export interface ReceivedSpan {
  readonly name: string
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly kind: number
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[]
  readonly attributes: Readonly<Record<string, unknown>>
  /** `service.name` of whoever sent it. */
  readonly service: unknown
}

interface KeyValue {
  readonly key: string
  readonly value: Readonly<Record<string, unknown>>
}

interface WireSpan extends Omit<ReceivedSpan, 'attributes' | 'service' | 'links'> {
  readonly links?: ReceivedSpan['links']
  readonly attributes?: readonly KeyValue[]
}

interface ExportRequest {
  readonly resourceSpans: readonly { readonly resource: { readonly attributes: readonly KeyValue[] }; readonly scopeSpans: readonly { readonly spans: readonly WireSpan[] }[] }[]
}

/** A collector: takes what the OpenTelemetry exporter sends, over real HTTP. */
export class OtlpReceiver implements AsyncDisposable {
  readonly spans: ReceivedSpan[] = []
  readonly #server: Server

  private constructor(server: Server) {
    this.#server = server
    server.on('request', (request, response) => void this.#take(request).then((status) => response.writeHead(status, { 'content-type': 'application/json' }).end('{}')))
  }

  static async start(): Promise<OtlpReceiver> {
    const receiver = new OtlpReceiver(createServer())
    receiver.#server.listen(0, '127.0.0.1')
    await once(receiver.#server, 'listening')
    return receiver
  }

  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  get endpoint(): string {
    const address = this.#server.address()
    return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #take(request: IncomingMessage): Promise<number> {
    if (request.url !== '/v1/traces') return 404
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const body: ExportRequest = JSON.parse(Buffer.concat(chunks).toString())
    for (const { resource, scopeSpans } of body.resourceSpans) {
      const service = valuesOf(resource.attributes)['service.name']
      for (const { spans } of scopeSpans) this.spans.push(...spans.map((span) => ({ ...span, links: span.links ?? [], attributes: valuesOf(span.attributes ?? []), service })))
    }
    return 200
  }
}

/** `{ stringValue: 'a' }` and the like. */
function valuesOf(attributes: readonly KeyValue[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]))
}
