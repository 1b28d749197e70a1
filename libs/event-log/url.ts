import type { EventLog } from './eventLog.ts'
import type { SqliteEventLogOptions } from './sqlite/sqliteEventLog.ts'
import { SqliteEventLog } from './sqlite/sqliteEventLog.ts'

export type EventLogDeps = Omit<SqliteEventLogOptions, 'path'>

/**
 * @param url `sqlite:PATH` (`EVENT_LOG_URL`)
 * @throws Error with one line for the operator when the scheme has no adapter or the file cannot be used
 */
export async function openEventLog(url: string, deps: EventLogDeps): Promise<EventLog> {
  const [scheme, rest] = splitScheme(url)
  if (scheme === 'sqlite' && rest !== '') return SqliteEventLog.open({ ...deps, path: rest })
  if (scheme === 'kafka') throw new Error('EVENT_LOG_URL: kafka: comes with the cloud profile; use sqlite:PATH here')
  throw new Error('EVENT_LOG_URL must be sqlite:PATH')
}

function splitScheme(url: string): [scheme: string, rest: string] {
  const colon = url.indexOf(':')
  return [url.slice(0, Math.max(colon, 0)), url.slice(colon + 1)]
}
