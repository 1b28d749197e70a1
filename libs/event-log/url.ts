import type { EventLog } from './eventLog.ts'
import type { KafkaEventLogOptions } from './kafka/kafkaEventLog.ts'
import { parseKafkaUrl } from './kafka/kafkaUrl.ts'
import type { SqliteEventLogOptions } from './sqlite/sqliteEventLog.ts'
import { SqliteEventLog } from './sqlite/sqliteEventLog.ts'

/** Each adapter takes of it what it needs. */
export type EventLogDeps = Omit<SqliteEventLogOptions, 'path'> & Pick<KafkaEventLogOptions, 'onWait' | 'onLog' | 'startLimitMs'>

/**
 * @param url `sqlite:PATH` or `kafka://…` (see parseKafkaUrl), as `EVENT_LOG_URL` has it
 * @throws Error with one line for the operator when the scheme has no adapter, or the file or the broker cannot be used
 */
export async function openEventLog(url: string, deps: EventLogDeps): Promise<EventLog> {
  const [scheme, rest] = splitScheme(url)
  if (scheme === 'sqlite' && rest !== '') return SqliteEventLog.open({ ...deps, path: rest })
  if (scheme === 'kafka') return openKafka(url, deps)
  throw new Error('EVENT_LOG_URL must be sqlite:PATH or kafka://HOST:PORT')
}

/** Loaded only here: a fog node has no memory to give away for a client that it never uses. */
async function openKafka(url: string, deps: EventLogDeps): Promise<EventLog> {
  const place = parseKafkaUrl(url)
  const { KafkaEventLog } = await import('./kafka/kafkaEventLog.ts')
  return KafkaEventLog.open({ ...deps, place })
}

function splitScheme(url: string): [scheme: string, rest: string] {
  const colon = url.indexOf(':')
  return [url.slice(0, Math.max(colon, 0)), url.slice(colon + 1)]
}
