import { hasHaproxy, hasKafka, hasPostgres } from '@brume/testing'

/** A program that a cloud needs beside Node. */
export interface NeededProgram {
  readonly name: string
  readonly packages: readonly string[]
  readonly found: () => boolean
}

/** The packages are Debian's and Ubuntu's. */
const needed: readonly NeededProgram[] = [
  { name: 'Java 17 or newer and Maven (for Apache Kafka)', packages: ['openjdk-17-jre-headless', 'maven'], found: hasKafka },
  { name: 'PostgreSQL 15 or newer', packages: ['postgresql'], found: hasPostgres },
  { name: 'haproxy', packages: ['haproxy'], found: hasHaproxy },
]

/** Lines for whoever starts a cloud: all that is missing at once, with the command that gets it. Empty = nothing. */
export function missingPrograms(programs: readonly NeededProgram[] = needed): string[] {
  const missing = programs.filter(({ found }) => !found())
  if (missing.length === 0) return []
  return [...missing.map(({ name }) => `missing: ${name}`), `to get ${missing.length === 1 ? 'it' : 'them'}: apt-get install -y --no-install-recommends ${missing.flatMap(({ packages }) => packages).join(' ')}`]
}
