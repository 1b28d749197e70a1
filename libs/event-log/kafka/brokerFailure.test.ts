import { describe, expect, it, vi } from 'vitest'
import { KafkaBroker } from '@brume/testing'
import { limit, QUEUE, TABLE, textOf, textRecord } from '../contract/logPlace.ts'
import { EventLogUnavailable } from '../errors.ts'
import type { StoredRecord } from '../eventLog.ts'
import type { KafkaEventLog } from './kafkaEventLog.ts'
import { brokerForTests, needsKafka, newPrefix, openKafka } from './kafkaPlace.fixture.ts'

const CALLERS = 8

/** Appends again and again, tries again what was refused, and notes what was acknowledged where. */
async function callerOf(log: KafkaEventLog, name: string, goesOn: () => boolean): Promise<{ acknowledged: Map<string, number>; refusals: number; longestMs: number }> {
  const acknowledged = new Map<string, number>()
  let refusals = 0
  let longestMs = 0
  for (let i = 0; goesOn(); i++) {
    const startMs = performance.now()
    try {
      const { firstOffset } = await log.append(QUEUE, i % 4, [textRecord(`${name} ${i} first`), textRecord(`${name} ${i} second`)])
      acknowledged.set(`${i % 4} ${name} ${i}`, firstOffset)
    } catch (error) {
      expect(error).toBeInstanceOf(EventLogUnavailable)
      refusals++
    }
    longestMs = Math.max(longestMs, performance.now() - startMs)
  }
  return { acknowledged, refusals, longestMs }
}

async function allOf(log: KafkaEventLog, partition: number): Promise<StoredRecord[]> {
  const records: StoredRecord[] = []
  for (;;) {
    const more = await log.readFrom(QUEUE, partition, records.length, 10_000)
    if (more.length === 0) return records
    records.push(...more)
  }
}

describe.skipIf(needsKafka.skip)(`a broker that dies (${needsKafka.title})`, () => {
  const broker = brokerForTests()

  it('shares requests among callers: far fewer are sent than appends are asked for', async () => {
    const log = await openKafka(broker.current().bootstrap, { prefix: newPrefix() })
    let appends = 0
    await Promise.all(Array.from({ length: 50 }, async (_, caller) => {
      for (let i = 0; i < 20; i++, appends++) await log.append(QUEUE, caller % 4, [textRecord(`${caller} ${i}`)])
    }))
    expect(appends).toBe(1_000)
    expect(log.flights).toBeLessThan(appends / 5)
  })

  it('has everything that it acknowledged after kill -9, where it said, each call whole; and tables and queues that were open miss nothing', async () => {
    const prefix = newPrefix()
    const log = await openKafka(broker.current().bootstrap, { prefix })
    const reader = await openKafka(broker.current().bootstrap, { prefix })
    const states = new Map<string, string>()
    await reader.table({ topic: TABLE, onError: () => undefined, onBatch: ({ records }) => records.forEach((record) => states.set(record.key, textOf(record))) }).ready
    const next = [0, 0, 0, 0]
    reader.consume({ group: 'ledger', topic: QUEUE, position: async (partition) => next[partition] ?? 0, maxRecords: 100, onError: () => undefined, onBatch: ({ partition, records }) => {
      expect(records[0]?.offset).toBe(next[partition])
      next[partition] = (next[partition] ?? 0) + records.length
    } })

    let running = true
    const callers = Promise.all(Array.from({ length: CALLERS }, (_, i) => callerOf(log, `caller${i}`, () => running)))
    await vi.waitFor(async () => expect(await log.end(QUEUE, 0)).toBeGreaterThan(100), limit)
    await broker.current().kill('SIGKILL')
    await expect(reader.check()).rejects.toThrow(EventLogUnavailable)
    const endBefore = [...next]
    broker.replace(await KafkaBroker.start(broker.current().options))
    await log.append(TABLE, 0, [textRecord('after the restart', 'device')]).catch(() => log.append(TABLE, 0, [textRecord('after the restart', 'device')]))
    await vi.waitFor(() => expect(next.every((offset, partition) => offset > (endBefore[partition] ?? 0) + 50)).toBe(true), { timeout: 30_000, interval: 20 })
    running = false
    const results = await callers

    const stored = await Promise.all([0, 1, 2, 3].map((partition) => allOf(log, partition)))
    let acknowledged = 0
    for (const result of results) {
      for (const [call, offset] of result.acknowledged) {
        const [partition = '', name = '', i = ''] = call.split(' ')
        expect(stored[Number(partition)]?.slice(offset, offset + 2).map(textOf)).toEqual([`${name} ${i} first`, `${name} ${i} second`])
        acknowledged++
      }
      expect(result.longestMs).toBeLessThan(15_000)
    }
    expect(acknowledged).toBeGreaterThan(200)
    await vi.waitFor(() => expect(states.get('device')).toBe('after the restart'), limit)
    await vi.waitFor(async () => expect(next).toEqual(await Promise.all([0, 1, 2, 3].map((partition) => reader.end(QUEUE, partition)))), limit)
    await reader.check()
  }, 90_000)

  it('refuses appends within a limit while the broker stands still, says why it is not ready, and goes on by itself', async () => {
    const log = await openKafka(broker.current().bootstrap, { prefix: newPrefix() })
    await log.append(QUEUE, 0, [textRecord('before')])
    broker.current().pause()
    const startMs = performance.now()
    const answers = await Promise.allSettled([log.append(QUEUE, 0, [textRecord('meanwhile')]), log.check()])
    expect(performance.now() - startMs).toBeLessThan(12_000)
    broker.current().resume()
    expect(answers.map((answer) => (answer.status === 'rejected' ? String(answer.reason) : 'taken'))).toEqual([
      expect.stringMatching(/^EventLogUnavailable: The event log cannot be written: /),
      expect.stringMatching(/^EventLogUnavailable: The event log cannot be reached: /),
    ])
    await vi.waitFor(() => log.check(), limit)
    await log.append(QUEUE, 0, [textRecord('after')])
    expect((await allOf(log, 0)).map(textOf).filter((value) => value !== 'meanwhile')).toEqual(['before', 'after'])
  }, 60_000)
})
