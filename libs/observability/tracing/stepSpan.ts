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
  /** With an error when the step has failed. */
  end(error?: unknown): void
}

/** A batch may come from a thousand requests. */
export const MOST_LINKS = 32

const kinds: Partial<Record<Step, SpanKind>> = { append: SpanKind.PRODUCER, sequence: SpanKind.CONSUMER, anchor: SpanKind.CLIENT }

const nothing: StepSpan = { traceparent: undefined, set() {}, end() {} }

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
 * At most {@link MOST_LINKS} + 1. A sampled one comes first, because the parent decides whether the step is recorded: one request that
 * nobody traces must not hide the others.
 */
function distinct(from: Iterable<string | undefined>): SpanContext[] {
  const found = new Map<string, SpanContext>()
  for (const text of from) {
    if (found.size > MOST_LINKS) break
    if (text === undefined || found.has(text)) continue
    const origin = spanContextOf(text)
    if (origin !== undefined) found.set(text, origin)
  }
  const sampled = (origin: SpanContext): number => origin.traceFlags & TraceFlags.SAMPLED
  return [...found.values()].toSorted((a, b) => sampled(b) - sampled(a))
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
