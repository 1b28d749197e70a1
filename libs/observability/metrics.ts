import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'

/** Steps of "Life of a reading" first; other parts name themselves. */
export type MetricUnit = 'seconds' | 'bytes' | 'readings' | 'total' | 'entries' | 'records' | 'ratio' | 'partitions'

export interface MetricText<Label extends string> {
  readonly help: string
  /** Each must have few values: never a device, chain or tenant id. */
  readonly labels?: readonly Label[]
}

/** From 50 µs (one signature) to 30 s (an anchor that waits). */
const secondsBuckets = [0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
const sizeBuckets = [1, 10, 100, 500, 1_000, 10_000, 100_000, 1_000_000, 10_000_000]

/**
 * The metrics of one process, named `brume_<step>_<what>_<unit>`, so that a dashboard reads like the table of the design. Services that share a process
 * may ask for the same metric: they get the same one.
 */
export class Metrics {
  readonly registry = new Registry()

  /** CPU, memory, event loop lag and GC of the process, as prom-client collects them. */
  collectProcess(): this {
    collectDefaultMetrics({ register: this.registry })
    return this
  }

  stepHistogram<Label extends string = never>(step: string, what: string, unit: MetricUnit, { help, labels = [] }: MetricText<Label>): Histogram<Label> {
    const name = nameOf(step, what, unit)
    return this.#once(name, Histogram<Label>, () => new Histogram({ name, help, labelNames: labels, buckets: unit === 'seconds' ? secondsBuckets : sizeBuckets, registers: [this.registry] }))
  }

  counter<Label extends string = never>(step: string, what: string, { help, labels = [] }: MetricText<Label>): Counter<Label> {
    const name = nameOf(step, what, 'total')
    return this.#once(name, Counter<Label>, () => new Counter({ name, help, labelNames: labels, registers: [this.registry] }))
  }

  /** A gauge that is asked at each scrape. */
  reading(step: string, what: string, unit: MetricUnit, help: string, read: () => number): Gauge {
    const name = nameOf(step, what, unit)
    return this.#once(name, Gauge, () => new Gauge({ name, help, registers: [this.registry], collect() { this.set(read()) } }))
  }

  gauge<Label extends string = never>(step: string, what: string, unit: MetricUnit, { help, labels = [] }: MetricText<Label>): Gauge<Label> {
    const name = nameOf(step, what, unit)
    return this.#once(name, Gauge<Label>, () => new Gauge({ name, help, labelNames: labels, registers: [this.registry] }))
  }

  #once<Metric>(name: string, kind: new (...parts: never[]) => Metric, make: () => Metric): Metric {
    const known: unknown = this.registry.getSingleMetric(name)
    if (known === undefined) return make()
    if (known instanceof kind) return known
    throw new Error(`metric ${name} exists as another kind`)
  }
}

const word = /^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/

function nameOf(step: string, what: string, unit: MetricUnit): string {
  for (const part of [step, what]) if (!word.test(part)) throw new Error(`${JSON.stringify(part)} must be lower-case words with underscores: it is part of a metric's name`)
  return `brume_${step}_${what}_${unit}`
}
