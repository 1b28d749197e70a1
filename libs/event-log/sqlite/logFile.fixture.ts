/** For the tests of this folder: a log in a folder of its own, which goes with the test. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { systemClock } from '@brume/config'
import type { LogRecord, StoredRecord } from '../eventLog.ts'
import { declaredTopics } from '../topics.ts'
import type { SqliteEventLogOptions } from './sqliteEventLog.ts'
import { SqliteEventLog } from './sqliteEventLog.ts'

export function newLogPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'brume-event-log-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'log.db')
}

export async function openTestLog(options: Partial<SqliteEventLogOptions> = {}): Promise<SqliteEventLog> {
  const path = options.path ?? newLogPath()
  const log = await SqliteEventLog.open({ topics: declaredTopics(), clock: systemClock, retry: { firstMs: 1, mostMs: 20 }, ...options, path })
  onTestFinished(() => log.close())
  return log
}

export function textRecord(value: string, key = 'key'): LogRecord {
  return { key, value: Buffer.from(value) }
}

export function textOf(record: StoredRecord): string {
  return Buffer.from(record.value).toString()
}
