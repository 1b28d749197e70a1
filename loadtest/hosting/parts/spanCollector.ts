import { OtlpReceiver } from '@brume/testing'
import { setTimeout as pause } from 'node:timers/promises'
import type { AnchoredSample } from '../model/index.ts'
import { anchoredSample, type SampledReading } from './anchoredSample.ts'
import { readingSteps, SpanIndex, type ReadingStep } from './spanIndex.ts'

/**
 * Sampled readings per second and chain of which no span is lost. A batch is at most 500 records and joins 129 sampled ones (`MOST_LINKS` and the parent), an
 * anchor as many batches with a sampled one among them, and 1,024 wait for the transactions of a direct chain: at this rate an anchor may take 12 s,
 * and a direct chain may be 100 s behind.
 */
export const MOST_TRACED_PER_S = 10

/** How often a service under test sends its spans, ms: seldom enough to cost little, and no cell waits long for its last ones. */
const EXPORT_EVERY_MS = 500
const LOOK_EVERY_MS = 100

export interface WaitForSpans {
  /** Longest wait in all (default 120 s). */
  readonly limitMs?: number
  /** Longest wait for the next span, whosever it is (default 15 s): when none comes any more, what is missing has been lost. */
  readonly quietMs?: number
  readonly signal?: AbortSignal | undefined
}

export interface AnchoredSamples {
  /** In the order of the readings, without those that are missing. */
  readonly samples: readonly AnchoredSample[]
  /** Readings whose spans did not all come, by the first step that is missing. */
  readonly missing: Readonly<Record<ReadingStep, number>>
  /** Spans for which there was no room since the last `clear`. */
  readonly dropped: number
}

/** Takes the spans of a system under test, and makes of those of a cell what became of its sampled readings after the promise. Memory is bounded and emptied by `clear`. */
export class SpanCollector implements AsyncDisposable {
  readonly #receiver: OtlpReceiver
  readonly #spans: SpanIndex

  private constructor(receiver: OtlpReceiver, spans: SpanIndex) {
    this.#receiver = receiver
    this.#spans = spans
  }

  static async start({ mostSpans }: { readonly mostSpans?: number } = {}): Promise<SpanCollector> {
    const spans = new SpanIndex(mostSpans)
    return new SpanCollector(await OtlpReceiver.start({ to: (span) => spans.add(span) }), spans)
  }

  /** For the services under test. Only what a client marks as sampled is recorded: neither the runner's own questions nor the other readings. */
  get environment(): Record<string, string> {
    return { OTEL_EXPORTER_OTLP_ENDPOINT: this.#receiver.endpoint, OTEL_TRACES_SAMPLER: 'parentbased_always_off', OTEL_BSP_SCHEDULE_DELAY: String(EXPORT_EVERY_MS) }
  }

  /** Before a cell. */
  clear(): void {
    this.#spans.clear()
  }

  /** Waits until the spans of all `traced` have come, as long as it is allowed to. */
  async anchoredSamples(traced: readonly SampledReading[], wait: WaitForSpans = {}): Promise<AnchoredSamples> {
    await this.#untilComplete(traced, wait)
    const samples: AnchoredSample[] = []
    const missing = Object.fromEntries(readingSteps.map((step) => [step, 0])) as Record<ReadingStep, number> // each step is in the list
    for (const reading of traced) {
      const found = this.#spans.find(reading.traceId)
      if (typeof found === 'string') missing[found] += 1
      else samples.push(anchoredSample(reading, found))
    }
    return { samples, missing, dropped: this.#spans.dropped }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#receiver[Symbol.asyncDispose]()
  }

  async #untilComplete(traced: readonly SampledReading[], { limitMs = 120_000, quietMs = 15_000, signal }: WaitForSpans): Promise<void> {
    const endMs = performance.now() + limitMs
    let [open, version, quietEndMs] = [traced, -1, performance.now() + quietMs]
    for (;;) {
      if (version !== this.#spans.version) {
        [version, quietEndMs] = [this.#spans.version, performance.now() + quietMs]
        open = open.filter(({ traceId }) => typeof this.#spans.find(traceId) === 'string')
      }
      if (open.length === 0 || performance.now() > Math.min(endMs, quietEndMs)) return
      await pause(LOOK_EVERY_MS, undefined, { signal })
    }
  }
}
