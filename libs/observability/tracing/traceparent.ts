import { TraceFlags, type SpanContext } from '@opentelemetry/api'

/** Name of the header in which a trace travels, in HTTP and on the log (W3C Trace Context, section 3.2). */
export const TRACEPARENT = 'traceparent'

/** Version 00 has 55 characters; a later one may be longer (section 3.2.2), but whoever sends it must not fill the log. */
const MOST_CHARACTERS = 128

const form = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-[\x21-\x7e]*)?$/

/** The text itself when it is a well-formed `traceparent`. Anything else counts as absent: a trace never makes a request fail. */
export function wellFormedTraceparent(text: unknown): string | undefined {
  return spanContextOf(text) === undefined || typeof text !== 'string' ? undefined : text
}

export function spanContextOf(text: unknown): SpanContext | undefined {
  if (typeof text !== 'string' || text.length > MOST_CHARACTERS) return undefined
  const [, version, traceId, spanId, flags = '', more] = form.exec(text) ?? []
  if (traceId === undefined || spanId === undefined || (version === '00' && more !== undefined)) return undefined
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & TraceFlags.SAMPLED, isRemote: true }
}

/** Whether whoever began the trace wants it recorded (W3C Trace Context, section 3.2.2.5.1). */
export function isSampled(text: string | undefined): boolean {
  return ((spanContextOf(text)?.traceFlags ?? TraceFlags.NONE) & TraceFlags.SAMPLED) !== 0
}

export function traceparentText({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-0${traceFlags & TraceFlags.SAMPLED}`
}

/** The trace that a record of the log belongs to, if any. */
export function traceOf(headers: Readonly<Record<string, string>> | undefined): string | undefined {
  return headers === undefined ? undefined : wellFormedTraceparent(headers[TRACEPARENT])
}
