import { expect, it } from 'vitest'
import { controlEvent } from './controlEvent.ts'
import { parseEvents } from './deadLetter.ts'
import { openTestLog, textOf } from './sqlite/logFile.fixture.ts'
import { DEAD_LETTERS, TENANTS } from './topics.ts'

const id = '0199c0de-0000-7000-8000-000000000001'
const good = controlEvent(TENANTS, { id, name: 'farm' }, { id, time: '2026-01-02T03:04:05.678Z' })

async function logWithOnePoisonedRecord() {
  const log = await openTestLog({ clock: { now: () => Date.parse('2026-01-02T03:04:05.678Z') } })
  await log.append(TENANTS, 0, [{ key: good.key, value: Buffer.from(good.value) }, { key: 'poison', value: Buffer.from('{"type":') }])
  return { log, batch: { topic: TENANTS, partition: 0, records: await log.readFrom(TENANTS, 0, 0, 10) } }
}

it('gives what parses, and has the rest on the dead letters with reason and origin', async () => {
  const { log, batch } = await logWithOnePoisonedRecord()
  expect(await parseEvents(log, TENANTS, batch)).toEqual([{ ...JSON.parse(good.value), offset: 0, key: id }])
  const [letter] = await log.readFrom(DEAD_LETTERS, 0, 0, 10)
  expect(letter).toMatchObject({ key: 'tenants/0/1', headers: { topic: 'tenants', partition: '0', offset: '1', key: 'poison', time: '2026-01-02T03:04:05.678Z' } })
  expect(letter?.headers?.reason).toContain('not JSON in UTF-8')
  expect(letter && textOf(letter)).toBe('{"type":')
})

it('leaves one letter when the table is read again at the next start', async () => {
  const { log, batch } = await logWithOnePoisonedRecord()
  await parseEvents(log, TENANTS, batch)
  await parseEvents(log, TENANTS, batch)
  expect(await log.readFrom(DEAD_LETTERS, 0, 0, 10)).toHaveLength(1)
})

it('bounds what a hostile key can put into the headers', async () => {
  const log = await openTestLog()
  await log.append(TENANTS, 0, [{ key: 'k'.repeat(60_000), value: Buffer.from(JSON.stringify({ type: 't'.repeat(60_000), v: 1, id, time: '2026-01-02T03:04:05.678Z', data: {} })) }])
  await parseEvents(log, TENANTS, { topic: TENANTS, partition: 0, records: await log.readFrom(TENANTS, 0, 0, 10) })
  const [letter] = await log.readFrom(DEAD_LETTERS, 0, 0, 10)
  expect(letter?.headers?.reason).toHaveLength(1_000)
  expect(letter?.headers?.key).toHaveLength(1_000)
})

it('keeps the headers of the record itself, unless they are too many', async () => {
  const log = await openTestLog()
  const value = Buffer.from('no JSON')
  await log.append(TENANTS, 0, [{ key: 'a', value, headers: { traceparent: '00-1-2-01' } }, { key: 'b', value, headers: { large: 'x'.repeat(10_000) } }])
  await parseEvents(log, TENANTS, { topic: TENANTS, partition: 0, records: await log.readFrom(TENANTS, 0, 0, 10) })
  const letters = await log.readFrom(DEAD_LETTERS, 0, 0, 10)
  expect(letters.map(({ headers }) => headers?.headers)).toEqual(['{"traceparent":"00-1-2-01"}', undefined])
})
