import { SECONDS_PER_DAY, type Assumptions } from './assumptions.ts'
import type { Figures } from './figures.ts'

/** What a rate takes. */
export interface Needs {
  readonly rate: number
  readonly ingestReplicas: number
  /** And as many ledger replicas. */
  readonly partitions: number
  /** Cores, each busy for the share that is allowed. */
  readonly cores: { readonly services: number; readonly brokers: number; readonly database: number; readonly edge: number }
  /** How many databases, each with its own log: see limits. */
  readonly deployments: number
  /** Bytes/s. */
  readonly edgeIn: number
  readonly edgeOut: number
  readonly logIn: number
  readonly walOut: number
  /** Bytes a day, all copies. */
  readonly logPerDay: number
  readonly databasePerDay: number
}

export function needsAt(rate: number, f: Figures, a: Assumptions): Needs {
  const cores = (us: number): number => (rate * us) / 1e6 / a.utilisation
  const oneDatabase = a.utilisation * Math.min((1e6 * a.databaseCores) / f.databaseUs, a.volumeBytesPerSecond / f.walBytes)
  return {
    rate,
    ingestReplicas: Math.ceil(rate / (a.utilisation * f.ingestRate)),
    partitions: Math.ceil(rate / (a.utilisation * f.partitionRate)),
    cores: { services: cores(f.acceptUs + f.sequenceUs), brokers: cores(f.brokersUs), database: cores(f.databaseUs), edge: cores(f.edgeUs) },
    deployments: Math.ceil(rate / oneDatabase),
    edgeIn: rate * f.requestBytes,
    edgeOut: rate * f.answerBytes,
    logIn: rate * f.logBytes,
    walOut: rate * f.walBytes,
    logPerDay: rate * SECONDS_PER_DAY * f.logBytes * a.brokers,
    databasePerDay: rate * SECONDS_PER_DAY * f.databaseBytes * a.databaseCopies,
  }
}

/** What a million readings cost, in the money of the prices. */
export interface Cost {
  readonly cpu: number
  /** For one month of keeping. */
  readonly disks: number
  readonly network: number
}

export function costPerMillion(f: Figures, a: Assumptions): Cost {
  const cpuUs = f.acceptUs + f.sequenceUs + f.brokersUs + f.databaseUs + f.edgeUs + f.enginesUs
  return {
    cpu: (cpuUs / 3_600 / a.utilisation) * a.prices.cpuHour, // a million readings at one µs are one second
    disks: ((a.brokers * f.logBytes + a.databaseCopies * f.databaseBytes) / 1_000) * a.prices.gbMonth, // a million bytes are a thousandth of a GB
    network: (f.answerBytes / 1_000) * a.prices.gbOut,
  }
}
