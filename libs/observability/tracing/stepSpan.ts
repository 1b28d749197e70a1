import { context, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, TraceFlags, type Attributes, type Link, type Span, type SpanContext } from '@opentelemetry/api'
import { spanContextOf, traceparentText, wellFormedTraceparent } from './traceparent.ts'
import { isTracing } from './tracingSwitch.ts'

/** The steps of "Life of a reading", so that a trace reads like the table of the design. */
export type Step = 'accept' | 'append' | 'sequence' | 'checkpoint' | 'anchor' | 'final' | 'prove'

export interface StepSpanOptions {
  /** `traceparent` of what the step works on; a batch has many. One becomes the parent, others are links. */
  readonly from?: Iterable<string | undefined>
  readonly attributes?: Attributes
}

/** One run of a step. `end` it once, whatever happens. */
export interface StepSpan {
  /** What goes on from here carries this. With tracing off: the first of `from`, as it came. */
  readonly traceparent: string | undefined
  set(attributes: Attributes): void
  /** What happens at one moment of the step. */
  event(name: string): void
  /** With an error when the step has failed. */
  end(error?: unknown): void
}

/** A batch may come from a thousand requests. As many as OpenTelemetry allows by default (`OTEL_SPAN_LINK_COUNT_LIMIT`). */
export const MOST_LINKS = 128

const kinds: Partial<Record<Step, SpanKind>> = { append: SpanKind.PRODUCER, sequence: SpanKind.CONSUMER, anchor: SpanKind.CLIENT }

const nothing: StepSpan = { traceparent: undefined, set() {}, event() {}, end() {} }

export function spanOf(step: Step, { from = [], attributes }: StepSpanOptions = {}): StepSpan {
  if (!isTracing()) return passedOn(from)
  const [parent, ...others] = distinct(from)
  const links: Link[] = others.map((origin) => ({ context: origin }))
  const within = parent === undefined ? context.active() : trace.setSpanContext(ROOT_CONTEXT, parent)
  return new RecordedSpan(trace.getTracer('brume').startSpan(step, { kind: kinds[step], attributes, links }, within))
}

function passedOn(from: Iterable<string | undefined>): StepSpan {
  for (const text of from) {
    const traceparent = wellFormedTraceparent(text)
    if (traceparent !== undefined) return { ...nothing, traceparent }
  }
  return nothing
}

/**
 * At most {@link MOST_LINKS} + 1, and only sampled ones where there are any: the parent decides whether the step is recorded, so one request that
 * nobody traces must not hide the others, and a thousand of them must not take their places.
 */
function distinct(from: Iterable<string | undefined>): SpanContext[] {
  const sampled = new Map<string, SpanContext>()
  let unsampled: SpanContext | undefined
  for (const text of from) {
    if (sampled.size > MOST_LINKS) break
    if (text === undefined || sampled.has(text)) continue
    const origin = spanContextOf(text)
    if (origin === undefined) continue
    if (origin.traceFlags & TraceFlags.SAMPLED) sampled.set(text, origin)
    else unsampled ??= origin
  }
  if (sampled.size > 0) return [...sampled.values()]
  return unsampled === undefined ? [] : [unsampled]
}

class RecordedSpan implements StepSpan {
  readonly traceparent: string
  readonly #span: Span

  constructor(span: Span) {
    this.#span = span
    this.traceparent = traceparentText(span.spanContext())
  }

  set(attributes: Attributes): void {
    this.#span.setAttributes(attributes)
  }

  event(name: string): void {
    this.#span.addEvent(name)
  }

  end(error?: unknown): void {
    if (error !== undefined) failSpan(this.#span, error)
    this.#span.end()
  }
}

/** The kind of the error only: its message may hold what no trace may show. */
function failSpan(span: Span, error: unknown): void {
  const type = error instanceof Error ? error.name : typeof error
  span.setStatus({ code: SpanStatusCode.ERROR }).setAttribute('error.type', type)
}
