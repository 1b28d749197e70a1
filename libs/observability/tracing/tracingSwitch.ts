import { trace } from '@opentelemetry/api'

let on = false

/** Off by default, and then no span is made: a fog node pays one comparison. */
export function isTracing(): boolean {
  return on
}

export function switchTracing(to: boolean): void {
  on = to
}

/** Of the request or step that this code runs for. */
export function activeTraceId(): string | undefined {
  return on ? trace.getActiveSpan()?.spanContext().traceId : undefined
}
