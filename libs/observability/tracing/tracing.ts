import { switchTracing } from './tracingSwitch.ts'

export type TracesExporter = 'otlp' | 'console' | 'none'

export interface TracingOptions {
  /** `OTEL_TRACES_EXPORTER`; unset it is `otlp` where there is an endpoint. */
  readonly tracesExporter?: TracesExporter | undefined
  /** `OTEL_EXPORTER_OTLP_ENDPOINT` */
  readonly otlpEndpoint?: string | undefined
  /** Default of `OTEL_SERVICE_NAME`. */
  readonly serviceName: string
  /** Tells the replicas of a service apart. */
  readonly instanceId: string
  /** Told when spans cannot be sent or are dropped. */
  readonly onTrouble: (text: string) => void
}

export interface Tracing {
  /** Sends what is left, for at most `limitMs`. */
  close(limitMs: number): Promise<void>
}

/** Off unless the environment says where traces go. The SDK is loaded only then: it is some megabytes, and a fog node is small. */
export async function startTracing(options: TracingOptions): Promise<Tracing> {
  const exporter = chosenExporter(options)
  if (exporter === 'none') return { close: async () => undefined }
  const { startSdk } = await import('./tracingSdk.ts')
  const sdk = startSdk(exporter, options)
  if (sdk === undefined) return { close: async () => undefined }
  switchTracing(true)
  return {
    async close(limitMs) {
      switchTracing(false)
      await sdk.close(limitMs)
    },
  }
}

function chosenExporter({ tracesExporter, otlpEndpoint }: TracingOptions): TracesExporter {
  return tracesExporter ?? (otlpEndpoint === undefined ? 'none' : 'otlp')
}
