import { expect, it } from 'vitest'
import { newLogPath } from './logFile.fixture.ts'
import { openForAppend, openForReading } from './schema.ts'

const pragmas = (db: ReturnType<typeof openForAppend>): unknown[] => ['journal_mode', 'synchronous'].map((name) => db.pragma(name, { simple: true }))

it('flushes every commit, on a fresh and on a reopened file, and on every connection', () => {
  const path = newLogPath()
  for (let opening = 1; opening <= 2; opening++) {
    const db = openForAppend({ path })
    expect(pragmas(db)).toEqual(['wal', 2])
    expect(db.prepare('SELECT openings FROM log_file').pluck().get()).toBe(opening)
    db.close()
  }
  const reader = openForReading(path)
  expect(pragmas(reader)).toEqual(['wal', 2])
  expect(() => reader.exec('DELETE FROM batches')).toThrow('attempt to write a readonly database')
  reader.close()
})
