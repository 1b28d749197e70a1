/** CPU time by what it was used for, µs. In the fog log and database are part of the one process, and stand at 0. */
export type PartsCpu = Readonly<Record<'services' | 'broker' | 'database' | 'edge' | 'engines', number>>

/** What each part has used since `before`, per reading. */
export function cpuPerReading(before: PartsCpu, after: PartsCpu, readings: number): PartsCpu {
  return byPart((part) => (after[part] - before[part]) / readings)
}

function byPart(of: (part: keyof PartsCpu) => number): PartsCpu {
  return { services: of('services'), broker: of('broker'), database: of('database'), edge: of('edge'), engines: of('engines') }
}
