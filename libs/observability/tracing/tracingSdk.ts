/** The OpenTelemetry SDK, put together by its standard environment variables. Loaded by tracing.ts only when traces are asked for. */
import { context, diag, DiagLogLevel, propagation, trace, type DiagLogger } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { getBooleanFromEnv, getNumberFromEnv, getStringFromEnv, W3CTraceContextPropagator } from '@opentelemetry/core'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources'
import { AlwaysOffSampler, AlwaysOnSampler, BatchSpanProcessor, ConsoleSpanExporter, ParentBasedSampler, TraceIdRatioBasedSampler, TracerProvider, type Sampler } from '@opentelemetry/sdk-trace'
import { MOST_LINKS } from './stepSpan.ts'
import type { Tracing, TracesExporter, TracingOptions } from './tracing.ts'

/** Longest value of one attribute, and of what is said about a failed export. */
const MOST_CHARACTERS = 512

/** Undefined when `OTEL_SDK_DISABLED` says so. */
export function startSdk(exporter: Exclude<TracesExporter, 'none'>, options: TracingOptions): Tracing | undefined {
  if (getBooleanFromEnv('OTEL_SDK_DISABLED')) return undefined
  diag.setLogger(troubleLogger(options.onTrouble), { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true })
  const provider = new TracerProvider({
    resource: resourceOf(options),
    sampler: samplerOfEnvironment(),
    spanLimits: { attributeValueLengthLimit: MOST_CHARACTERS, linkCountLimit: MOST_LINKS },
    spanProcessors: [new BatchSpanProcessor({ exporter: exporter === 'otlp' ? otlpExporter(options) : new ConsoleSpanExporter(), ...boundsOfEnvironment() })],
  })
  const contexts = new AsyncLocalStorageContextManager().enable()
  context.setGlobalContextManager(contexts)
  propagation.setGlobalPropagator(new W3CTraceContextPropagator())
  trace.setGlobalTracerProvider(provider)
  return { close: (limitMs) => close(provider, limitMs) }
}

async function close(provider: TracerProvider, limitMs: number): Promise<void> {
  const { promise: limit, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, limitMs)
  try {
    await Promise.race([provider.shutdown(), limit])
  } catch (error) {
    diag.warn(`the last spans were not sent: ${error instanceof Error ? error.message : String(error)}`)
  } finally {
    clearTimeout(timer)
    for (const api of [trace, context, propagation]) api.disable()
  }
}

/** The specification has paths stand below the general endpoint, and the one for traces alone taken as it is. */
function otlpExporter({ otlpEndpoint }: TracingOptions): OTLPTraceExporter {
  const own = getStringFromEnv('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT')
  if (own !== undefined || otlpEndpoint === undefined) return new OTLPTraceExporter()
  return new OTLPTraceExporter({ url: `${otlpEndpoint.replace(/\/$/, '')}/v1/traces` })
}

/** `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` win over what this process says of itself. */
function resourceOf({ serviceName, instanceId }: TracingOptions) {
  const own = resourceFromAttributes({ 'service.name': serviceName, 'service.namespace': 'brume', 'service.instance.id': instanceId })
  return defaultResource().merge(own).merge(detectResources({ detectors: [envDetector] }))
}

/** What waits to be sent is bounded: what comes above is dropped and said. */
function boundsOfEnvironment() {
  return {
    scheduledDelayMillis: getNumberFromEnv('OTEL_BSP_SCHEDULE_DELAY') ?? 5_000,
    exportTimeoutMillis: getNumberFromEnv('OTEL_BSP_EXPORT_TIMEOUT') ?? 10_000,
    maxQueueSize: getNumberFromEnv('OTEL_BSP_MAX_QUEUE_SIZE') ?? 2_048,
    maxExportBatchSize: getNumberFromEnv('OTEL_BSP_MAX_EXPORT_BATCH_SIZE') ?? 512,
  }
}

/** The names of the OpenTelemetry specification (General SDK Configuration). */
const samplers: Readonly<Record<string, (ratio: number) => Sampler>> = {
  always_on: () => new AlwaysOnSampler(),
  always_off: () => new AlwaysOffSampler(),
  traceidratio: (ratio) => new TraceIdRatioBasedSampler(ratio),
  parentbased_always_on: () => new ParentBasedSampler({ root: new AlwaysOnSampler() }),
  parentbased_always_off: () => new ParentBasedSampler({ root: new AlwaysOffSampler() }),
  parentbased_traceidratio: (ratio) => new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
}

function samplerOfEnvironment(): Sampler | undefined {
  const name = getStringFromEnv('OTEL_TRACES_SAMPLER') ?? 'parentbased_always_on'
  const make = Object.hasOwn(samplers, name) ? samplers[name] : undefined
  if (make === undefined) diag.warn(`OTEL_TRACES_SAMPLER ${name} is not known; every trace is taken`)
  return make?.(getNumberFromEnv('OTEL_TRACES_SAMPLER_ARG') ?? 1)
}

function troubleLogger(onTrouble: (text: string) => void): DiagLogger {
  const tell = (message: string): void => onTrouble(`traces: ${message.slice(0, MOST_CHARACTERS)}`)
  const quiet = (): void => undefined
  return { error: tell, warn: tell, info: quiet, debug: quiet, verbose: quiet }
}
