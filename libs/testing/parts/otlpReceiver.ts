import { createServer, type IncomingMessage, type Server } from 'node:http'
import { once } from 'node:events'

/** A span as OTLP over HTTP sends it in JSON (opentelemetry-proto, trace.proto); ids are hex. */
export interface ReceivedSpan {
  readonly name: string
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly kind: number
  /** Since 1970, µs. The SDK takes the start from `Date.now()`, so it is a whole ms, and everything else of the span counts from it on a finer clock. */
  readonly startUs: number
  readonly endUs: number
  readonly events: readonly { readonly name: string; readonly atUs: number }[]
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[]
  readonly attributes: Readonly<Record<string, unknown>>
  /** `service.name` of whoever sent it. */
  readonly service: unknown
}

export interface OtlpReceiverOptions {
  /** Takes each span as it comes. Default: all are kept in `spans`, which is for short runs. */
  readonly to?: (span: ReceivedSpan) => void
}

interface KeyValue {
  readonly key: string
  readonly value: Readonly<Record<string, unknown>>
}

/** Nanoseconds are in decimal digits: JSON's numbers could not hold them. */
interface WireSpan extends Pick<ReceivedSpan, 'name' | 'traceId' | 'spanId' | 'parentSpanId' | 'kind'> {
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly events?: readonly { readonly name: string; readonly timeUnixNano: string }[]
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
  readonly #to: (span: ReceivedSpan) => void

  private constructor(server: Server, { to }: OtlpReceiverOptions) {
    this.#server = server
    this.#to = to ?? ((span) => void this.spans.push(span))
    // A sender that ends in the middle of its request, as one that is killed does, must not end us.
    server.on('request', (request, response) => void this.#take(request).catch(() => 400).then((status) => response.writeHead(status, { 'content-type': 'application/json' }).end('{}')))
  }

  static async start(options: OtlpReceiverOptions = {}): Promise<OtlpReceiver> {
    const receiver = new OtlpReceiver(createServer(), options)
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
      for (const { spans } of scopeSpans) for (const span of spans) this.#to(receivedSpan(span, service))
    }
    return 200
  }
}

function receivedSpan({ startTimeUnixNano, endTimeUnixNano, events = [], links = [], attributes = [], ...span }: WireSpan, service: unknown): ReceivedSpan {
  return {
    ...span,
    startUs: usOf(startTimeUnixNano),
    endUs: usOf(endTimeUnixNano),
    events: events.map(({ name, timeUnixNano }) => ({ name, atUs: usOf(timeUnixNano) })),
    links,
    attributes: valuesOf(attributes),
    service,
  }
}

/** Whole µs since 1970 are below 2^53 until the year 2255. */
function usOf(unixNano: string): number {
  return Number(BigInt(unixNano) / 1_000n)
}

/** `{ stringValue: 'a' }` and the like. */
function valuesOf(attributes: readonly KeyValue[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]))
}
