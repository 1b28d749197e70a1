import type { ReceivedSpan } from '@brume/testing'

/** The spans of one reading, from the server's request to its final anchor. */
export interface ReadingSpans {
  readonly request: ReceivedSpan
  readonly append: ReceivedSpan
  readonly sequence: ReceivedSpan
  readonly anchor: ReceivedSpan
  /** Of the anchor's events, µs since 1970. */
  readonly broadcastUs: number
  readonly includedUs: number
}

/** In the order in which they are made. */
export const readingSteps = ['request', 'append', 'sequence', 'anchor'] as const
export type ReadingStep = (typeof readingSteps)[number]

/** OTLP's number of the kind SERVER (trace.proto, SpanKind). */
const SERVER = 2
/** About 50 MB; a cell has some hundred samples with five spans each at most. */
const MOST_SPANS = 50_000

/**
 * The spans of sampled readings, in bounded memory. A reading's trace does not hold all of them: a batch is one step of many traces, in the first one by
 * its parent and in the others by links. So who goes on from a span is found by its id.
 */
export class SpanIndex {
  /** Came when there was no room left. */
  dropped = 0
  /** Rises with everything that comes. */
  version = 0
  #kept = 0
  readonly #requests = new Map<string, ReceivedSpan>()
  readonly #appends = new Map<string, ReceivedSpan>()
  readonly #followers = new Map<string, ReceivedSpan[]>()
  readonly #most: number

  constructor(most = MOST_SPANS) {
    this.#most = most
  }

  add(span: ReceivedSpan): void {
    this.version += 1
    if (this.#kept >= this.#most) {
      this.dropped += 1
      return
    }
    this.#kept += 1
    if (span.kind === SERVER) this.#requests.set(span.traceId, span)
    else if (span.name === 'append' && !hasFailed(span)) this.#appends.set(span.traceId, span)
    else if ((span.name === 'sequence' || span.name === 'anchor') && !hasFailed(span)) this.#follow(span)
  }

  clear(): void {
    for (const spans of [this.#requests, this.#appends, this.#followers]) spans.clear()
    this.#kept = 0
    this.dropped = 0
  }

  /** Or the first step of which there is no span yet. */
  find(traceId: string): ReadingSpans | ReadingStep {
    const request = this.#requests.get(traceId)
    if (request === undefined) return 'request'
    const append = this.#appends.get(traceId)
    if (append === undefined) return 'append'
    const sequence = this.#follower(append, 'sequence')
    if (sequence === undefined) return 'sequence'
    // Of a direct chain the anchor goes on from the reading's own append, of a batched one from the batch.
    const anchor = this.#follower(append, 'anchor') ?? this.#follower(sequence, 'anchor')
    const [broadcastUs, includedUs] = [timeOf(anchor, 'broadcast'), timeOf(anchor, 'included')]
    if (anchor === undefined || broadcastUs === undefined || includedUs === undefined) return 'anchor'
    return { request, append, sequence, anchor, broadcastUs, includedUs }
  }

  #follow(span: ReceivedSpan): void {
    const origins = [...(span.parentSpanId ? [span.parentSpanId] : []), ...span.links.map(({ spanId }) => spanId)]
    for (const origin of origins) {
      const known = this.#followers.get(origin)
      if (known === undefined) this.#followers.set(origin, [span])
      else known.push(span)
    }
  }

  #follower({ spanId }: ReceivedSpan, name: 'sequence' | 'anchor'): ReceivedSpan | undefined {
    return this.#followers.get(spanId)?.find((span) => span.name === name)
  }
}

/** A step that is tried again has a span for each time. */
function hasFailed({ attributes }: ReceivedSpan): boolean {
  return attributes['error.type'] !== undefined
}

function timeOf(span: ReceivedSpan | undefined, event: string): number | undefined {
  return span?.events.find(({ name }) => name === event)?.atUs
}
