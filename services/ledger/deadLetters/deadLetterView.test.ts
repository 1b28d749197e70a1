import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '@brume/config'
import { closedLetter, DEAD_LETTERS, declaredTopics, DEVICES, openEventLog, writeDeadLetters, type EventLog } from '@brume/event-log'
import { Metrics } from '@brume/observability'
import { expect, it, onTestFinished } from 'vitest'
import { DeadLetterView } from './deadLetterView.ts'

const LIMIT_MS = 10_000

async function followedView() {
  const folder = mkdtempSync(join(tmpdir(), 'brume-dead-letters-'))
  const log = await openEventLog(`sqlite:${join(folder, 'log.db')}`, { topics: declaredTopics(), clock: systemClock })
  onTestFinished(async () => {
    await log.close()
    rmSync(folder, { recursive: true })
  })
  const metrics = new Metrics()
  const view = new DeadLetterView({ eventLog: log, metrics, bounds: { mostOpen: 4, mostClosed: 2 } })
  log.table({ topic: DEAD_LETTERS, onBatch: (batch) => view.apply(batch), onError: () => undefined })
  const caughtUp = async (): Promise<void> => expect(await view.reached(await log.end(DEAD_LETTERS, 0), LIMIT_MS)).toBe(true)
  return { log, view, metrics, caughtUp }
}

const write = (log: EventLog, ...offsets: number[]): Promise<void> =>
  writeDeadLetters(log, offsets.map((offset) => ({ topic: DEVICES, partition: 0, reason: 'no JSON', record: { key: 'k', value: Buffer.from('{'), offset, timeMs: offset } })))

async function close(log: EventLog, ...offsets: number[]): Promise<void> {
  const records = await log.readFrom(DEAD_LETTERS, 0, 0, 100)
  for (const { offset, ...open } of records.filter(({ key }) => offsets.some((each) => key === `devices/0/${each}`))) {
    await log.append(DEAD_LETTERS, 0, [closedLetter({ ...open, offset }, { state: 'replayed', replayedAs: 99 })])
  }
}

const idsOf = (view: DeadLetterView, open: boolean): string[] => view.all().filter(({ state }) => (state === 'open') === open).map(({ id }) => id)

it('keeps the first open letters, says that there are more, and takes these in once half of the first are closed', async () => {
  const { log, view, caughtUp } = await followedView()
  await write(log, 1, 2, 3, 4, 5, 6)
  await caughtUp()
  expect([idsOf(view, true), view.complete]).toEqual([['devices.0.1', 'devices.0.2', 'devices.0.3', 'devices.0.4'], false])
  await close(log, 1, 2)
  await caughtUp()
  expect([idsOf(view, true), view.complete]).toEqual([['devices.0.3', 'devices.0.4', 'devices.0.5', 'devices.0.6'], true])
})

it('keeps the last closed letters', async () => {
  const { log, view, caughtUp } = await followedView()
  await write(log, 1, 2, 3)
  await close(log, 1, 2, 3)
  await caughtUp()
  expect(idsOf(view, false)).toEqual(['devices.0.2', 'devices.0.3'])
})

it('counts a letter once however often it is written', async () => {
  const { log, view, caughtUp } = await followedView()
  for (let start = 0; start < 3; start++) await write(log, 1, 2)
  await caughtUp()
  expect([idsOf(view, true), view.complete]).toEqual([['devices.0.1', 'devices.0.2'], true])
})

it('goes on past a record that is no letter, and counts it', async () => {
  const { log, view, metrics, caughtUp } = await followedView()
  await log.append(DEAD_LETTERS, 0, [{ key: 'what', value: Buffer.from('ever') }])
  await write(log, 1)
  await caughtUp()
  expect(idsOf(view, true)).toEqual(['devices.0.1'])
  const text = await metrics.registry.metrics()
  expect(text).toContain('brume_deadletters_unreadable_total 1\n')
  expect(text).toContain('brume_deadletters_open_records 1\n')
})

it('says at its limit that an offset was not reached', async () => {
  const { view } = await followedView()
  expect(await view.reached(1, 20)).toBe(false)
})
