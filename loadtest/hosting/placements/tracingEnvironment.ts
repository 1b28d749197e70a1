/** Seldom enough to cost little, and soon enough for a cell that waits for its last spans. The SDK's default is five seconds. */
const EXPORT_EVERY_MS = 1_000

/** What services are told so that a collector hears of exactly the requests that ask for it: other traffic must not cost what nobody reads. */
export function tracingEnvironment(endpoint: string): Record<string, string> {
  return { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_TRACES_SAMPLER: 'parentbased_always_off', OTEL_BSP_SCHEDULE_DELAY: String(EXPORT_EVERY_MS) }
}
