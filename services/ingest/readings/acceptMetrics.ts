import type { Metrics } from '@brume/observability'

/** The first two steps of "Life of a reading" in numbers. */
export class AcceptMetrics {
  private readonly parsed
  private readonly verified
  private readonly appended
  private readonly promised
  private readonly readings

  constructor(metrics: Metrics) {
    this.parsed = metrics.stepHistogram('accept', 'parse', 'seconds', { help: 'Parsing the readings of a request and finding their devices' })
    this.verified = metrics.stepHistogram('accept', 'verify', 'seconds', { help: 'Signatures of a request, waiting for a thread included' })
    this.appended = metrics.stepHistogram('append', 'durable', 'seconds', { help: 'From handing the readings of a request to the log until they are durable' })
    this.promised = metrics.stepHistogram('append', 'promise', 'seconds', { help: 'Signing the promises of a request' })
    this.readings = metrics.counter('accept', 'readings', { help: 'Readings by outcome: accepted, repeated, or the code of the problem', labels: ['outcome'] })
  }

  observe({ parseMs, verifyMs, appendMs, promiseMs }: AcceptTimes): void {
    this.parsed.observe(parseMs / 1000)
    this.verified.observe(verifyMs / 1000)
    this.appended.observe(appendMs / 1000)
    this.promised.observe(promiseMs / 1000)
  }

  count(outcomes: ReadonlyMap<string, number>): void {
    for (const [outcome, readings] of outcomes) this.readings.inc({ outcome }, readings)
  }
}

/** Where the time of a request went, ms. */
export interface AcceptTimes {
  readonly parseMs: number
  readonly verifyMs: number
  readonly appendMs: number
  readonly promiseMs: number
}
