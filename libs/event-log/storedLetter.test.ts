import { expect, it } from 'vitest'
import { writeDeadLetters } from './deadLetter.ts'
import type { StoredRecord } from './eventLog.ts'
import { openTestLog } from './sqlite/logFile.fixture.ts'
import { closedLetter, storedLetter } from './storedLetter.ts'
import { DEAD_LETTERS, DEVICES } from './topics.ts'

const origin: StoredRecord = { key: 'a device', value: Buffer.from('{"type":'), headers: { traceparent: '00-1-2-01' }, offset: 7, timeMs: Date.parse('2026-01-02T03:04:05.678Z') }

async function logWithOneLetter() {
  const log = await openTestLog()
  await writeDeadLetters(log, [{ topic: DEVICES, partition: 0, record: origin, reason: 'not JSON' }])
  return log
}

it('reads a letter as it was written', async () => {
  const [record] = await (await logWithOneLetter()).readFrom(DEAD_LETTERS, 0, 0, 10)
  expect(record && storedLetter(record)).toEqual({
    id: 'devices.0.7', topic: DEVICES, partition: 0, offset: 7, key: 'a device', reason: 'not JSON', timeMs: origin.timeMs, bytes: 8,
    state: 'open', replayedAs: undefined, ownHeaders: { traceparent: '00-1-2-01' }, storedAt: 0,
  })
})

it('has one record of a letter that was closed, with its value', async () => {
  const log = await logWithOneLetter()
  const [open] = await log.readFrom(DEAD_LETTERS, 0, 0, 10)
  if (open) await log.append(DEAD_LETTERS, 0, [closedLetter(open, { state: 'replayed', replayedAs: 9 })])
  const records = await log.readFrom(DEAD_LETTERS, 0, 0, 10)
  expect(records.map((record) => storedLetter(record))).toMatchObject([{ id: 'devices.0.7', state: 'replayed', replayedAs: 9, bytes: 8, ownHeaders: { traceparent: '00-1-2-01' } }])
})

it.each<[string, Partial<StoredRecord>]>([
  ['another key', { key: 'devices/7' }],
  ['no headers', { headers: undefined }],
  ['a time that is none', { headers: { key: 'k', reason: 'r', time: 'yesterday' } }],
  ['headers that are no JSON', { headers: { key: 'k', reason: 'r', time: '2026-01-02T03:04:05.678Z', headers: '{' } }],
  ['an unknown state', { headers: { key: 'k', reason: 'r', time: '2026-01-02T03:04:05.678Z', state: 'lost' } }],
])('takes a record with %s for no letter, and does not throw', (_, broken) => {
  expect(storedLetter({ ...origin, key: 'devices/0/7', ...broken })).toBeUndefined()
})
