/**
 * CPU time by what it was used for, µs. `services` is the sum of the three before it. In the fog one process has all of it: then the three, and log and
 * database, stand at 0.
 */
export interface PartsCpu {
  readonly auth: number
  readonly ingest: number
  readonly ledger: number
  readonly services: number
  readonly broker: number
  readonly database: number
  readonly edge: number
  readonly engines: number
}

/** What each part has used since `before`, per reading. */
export function cpuPerReading(before: PartsCpu, after: PartsCpu, readings: number): PartsCpu {
  const used = (part: keyof PartsCpu): number => (after[part] - before[part]) / readings
  return {
    auth: used('auth'), ingest: used('ingest'), ledger: used('ledger'), services: used('services'),
    broker: used('broker'), database: used('database'), edge: used('edge'), engines: used('engines'),
  }
}
