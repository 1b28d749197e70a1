import { SECONDS_PER_DAY, type Assumptions } from './assumptions.ts'
import type { Figures } from './figures.ts'

/** Up to which rate one of something is enough. */
export interface Limit {
  readonly what: string
  /** readings/s. */
  readonly rate: number
  /** How a reader gets it. Names are those of the page. */
  readonly formula: string
  readonly answer: string
}

/** The lowest first. */
export function limitsOf(f: Figures, a: Assumptions): Limit[] {
  const u = a.utilisation
  const keptS = a.daysKept * SECONDS_PER_DAY
  const limits: Limit[] = [
    { what: 'one ingest replica', rate: u * f.ingestRate, formula: 'u · I', answer: 'more ingest replicas: they share nothing' },
    { what: 'one partition with its ledger replica', rate: u * f.partitionRate, formula: 'u · P', answer: 'more partitions, up to one ledger replica for each; a chain stays in one, so this is also the most for one chain' },
    { what: 'one edge proxy thread', rate: (u * 1e6) / f.edgeUs, formula: 'u · 10⁶ / e', answer: 'more threads, then more proxies' },
    { what: `the database's ${a.databaseCores} cores`, rate: (u * 1e6 * a.databaseCores) / f.databaseUs, formula: 'u · 10⁶ · cores / d', answer: 'a second deployment with its own database and log: chains have nothing in common' },
    { what: 'the volume of the database\'s write-ahead log', rate: (u * a.volumeBytesPerSecond) / f.walBytes, formula: 'u · B / W', answer: 'a second deployment, as for the cores' },
    { what: `the volume of the database, ${a.daysKept} days`, rate: a.volumeBytes / (keptS * f.databaseBytes), formula: 'V / (T · D)', answer: 'larger volumes; finished chains moved away; then a second deployment' },
    { what: `the volume of a broker, ${a.daysKept} days`, rate: a.volumeBytes / (keptS * f.logBytes), formula: 'V / (T · L), for 3 copies on 3 brokers', answer: 'more brokers, or tiered storage (KIP-405): the log is kept for good' },
    { what: 'the volume of a broker, bytes/s', rate: (u * a.volumeBytesPerSecond) / f.logBytes, formula: 'u · B / L', answer: 'more brokers' },
    { what: 'the network of a broker', rate: (u * a.networkBytesPerSecond) / f.logBytes, formula: 'u · N / L', answer: 'more brokers' },
    { what: 'the network of the edge', rate: (u * a.networkBytesPerSecond) / f.requestBytes, formula: 'u · N / Q', answer: 'more edges, by name or by anycast' },
  ]
  return limits.toSorted((one, other) => one.rate - other.rate)
}
