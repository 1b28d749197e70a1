import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { EventLogBusy, EventLogFull, EventLogUnavailable, UnknownPartition } from '../errors.ts'
import { DEVICES, ENTRIES } from '../topics.ts'
import { newLogPath, openTestLog, textOf, textRecord } from './logFile.fixture.ts'
import { openForAppend } from './schema.ts'

describe('append', () => {
  it('puts the records of a call next to each other, in order, with the time of the log', async () => {
    const log = await openTestLog({ clock: { now: () => 1_700_000_000_123 } })
    const [first, second] = await Promise.all([
      log.append(ENTRIES, 1, [textRecord('a'), textRecord('b')]),
      log.append(ENTRIES, 1, [{ ...textRecord('c', 'other'), headers: { trace: 'ü' } }]),
    ])
    expect([first, second]).toEqual([{ firstOffset: 0, timeMs: 1_700_000_000_123 }, { firstOffset: 2, timeMs: 1_700_000_000_123 }])
    const records = await log.readFrom(ENTRIES, 1, 0, 10)
    expect(records.map((record) => [record.offset, record.key, textOf(record), record.headers, record.timeMs])).toEqual([
      [0, 'key', 'a', undefined, 1_700_000_000_123],
      [1, 'key', 'b', undefined, 1_700_000_000_123],
      [2, 'other', 'c', { trace: 'ü' }, 1_700_000_000_123],
    ])
  })

  it('counts each partition for itself and goes on after a restart', async () => {
    const path = newLogPath()
    const before = await openTestLog({ path })
    await before.append(ENTRIES, 0, [textRecord('a'), textRecord('b')])
    await before.append(ENTRIES, 3, [textRecord('c')])
    await before.close()
    const after = await openTestLog({ path })
    expect(await Promise.all([0, 1, 2, 3].map((partition) => after.end(ENTRIES, partition)))).toEqual([2, 0, 0, 1])
    expect((await after.append(ENTRIES, 3, [textRecord('d')])).firstOffset).toBe(1)
    expect((await after.readFrom(ENTRIES, 3, 0, 10)).map(textOf)).toEqual(['c', 'd'])
  })

  it('reads from inside an append, and no more than was asked for', async () => {
    const log = await openTestLog()
    await log.append(ENTRIES, 0, ['a', 'b', 'c'].map((value) => textRecord(value)))
    await log.append(ENTRIES, 0, ['d', 'e', 'f'].map((value) => textRecord(value)))
    expect((await log.readFrom(ENTRIES, 0, 2, 3)).map(textOf)).toEqual(['c', 'd', 'e'])
    expect(await log.readFrom(ENTRIES, 0, 6, 3)).toEqual([])
  })

  it('bounds the bytes of one read', async () => {
    const log = await openTestLog()
    const value = new Uint8Array(60_000)
    for (let i = 0; i < 20; i++) await log.append(ENTRIES, 0, Array.from({ length: 10 }, () => ({ key: 'k', value })))
    const records = await log.readFrom(ENTRIES, 0, 0, 1_000)
    expect(records).toHaveLength(70)
  })

  it('keeps the last record of each key on a compacted topic, under its own offset', async () => {
    const log = await openTestLog()
    await log.append(DEVICES, 0, [textRecord('a1', 'a'), textRecord('b1', 'b'), textRecord('a2', 'a')])
    await log.append(DEVICES, 0, [textRecord('b2', 'b')])
    const records = await log.readFrom(DEVICES, 0, 0, 10)
    expect(records.map((record) => [record.offset, record.key, textOf(record)])).toEqual([[2, 'a', 'a2'], [3, 'b', 'b2']])
    expect(await log.end(DEVICES, 0)).toBe(4)
  })

  it('never compacts entries', async () => {
    const log = await openTestLog()
    await log.append(ENTRIES, 0, [textRecord('1'), textRecord('2')])
    await log.append(ENTRIES, 0, [textRecord('3')])
    expect((await log.readFrom(ENTRIES, 0, 0, 10)).map(textOf)).toEqual(['1', '2', '3'])
  })

  it('refuses what the table of topics does not have', async () => {
    const log = await openTestLog()
    await expect(log.append('entrys', 0, [textRecord('a')])).rejects.toThrow(UnknownPartition)
    await expect(log.append(ENTRIES, 4, [textRecord('a')])).rejects.toThrowErrorMatchingInlineSnapshot(`[UnknownPartition: The topic entries has 4 partitions, not one with the number 4]`)
    await expect(log.append(ENTRIES, 0, [])).rejects.toThrow(RangeError)
  })
})

describe('push-back', () => {
  it('refuses what the queue cannot hold, keeps what it took, and goes on', async () => {
    const log = await openTestLog({ maxQueueBytes: 10_000 })
    const results = await Promise.allSettled(Array.from({ length: 30 }, (_, i) => log.append(ENTRIES, 0, [{ key: String(i), value: new Uint8Array(1_000) }])))
    const refused = results.filter((result) => result.status === 'rejected')
    expect(refused).toHaveLength(21)
    for (const { reason } of refused) expect(reason).toMatchObject({ code: 'EVENT_LOG_BUSY', retryAfterSeconds: 1 })
    expect((await log.readFrom(ENTRIES, 0, 0, 100)).map(({ key }) => key)).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8'])
    expect(await log.append(ENTRIES, 0, [textRecord('again')])).toMatchObject({ firstOffset: 9 })
  })

  it('says that a call can never fit instead of asking for another try', async () => {
    const log = await openTestLog({ maxQueueBytes: 1_000 })
    const result = log.append(ENTRIES, 0, [{ key: 'k', value: new Uint8Array(1_001) }])
    await expect(result).rejects.toThrow(RangeError)
    await expect(result).rejects.not.toThrow(EventLogBusy)
  })
})

describe('a full file', () => {
  it('acknowledges nothing that it does not have, and goes on when there is space again', async () => {
    const path = newLogPath()
    const log = await openTestLog({ path, maxPages: 60 })
    const full = await appendUntilRefused(log)
    expect(full.error).toBeInstanceOf(EventLogFull)
    expect(full.error).toMatchObject({ code: 'EVENT_LOG_FULL', retryAfterSeconds: 30 })
    expect((await log.readFrom(ENTRIES, 0, 0, 1_000)).map(({ key }) => key)).toEqual(full.acknowledged)
    expect(await log.end(ENTRIES, 0)).toBe(full.acknowledged.length)

    makeSpace(path)
    expect(await log.append(ENTRIES, 0, [textRecord('after')])).toMatchObject({ firstOffset: full.acknowledged.length })
  })

  /** Retention by hand, from another connection: the pages become free. */
  function makeSpace(path: string): void {
    const db = new Database(path)
    db.exec('DELETE FROM batches')
    db.close()
  }

  async function appendUntilRefused(log: Awaited<ReturnType<typeof openTestLog>>): Promise<{ acknowledged: string[]; error: unknown }> {
    const acknowledged: string[] = []
    for (let i = 0; i < 1_000; i++) {
      try {
        await log.append(ENTRIES, 0, [{ key: String(i), value: new Uint8Array(6_000) }])
        acknowledged.push(String(i))
      } catch (error) {
        return { acknowledged, error }
      }
    }
    throw new Error('The file never became full')
  }
})

describe('a log that fails', () => {
  it('refuses with EventLogUnavailable when the file is broken under it', async () => {
    const path = newLogPath()
    const log = await openTestLog({ path })
    const db = new Database(path)
    db.exec('DROP TABLE batches')
    db.close()
    await expect(log.append(ENTRIES, 0, [textRecord('a')])).rejects.toMatchObject({ code: 'EVENT_LOG_UNAVAILABLE' })
  })

  it('makes what it took durable before it closes, and takes nothing after', async () => {
    const path = newLogPath()
    const log = await openTestLog({ path })
    const taken = Array.from({ length: 50 }, (_, i) => log.append(ENTRIES, 0, [textRecord(String(i))]))
    await log.check()
    const closed = log.close()
    expect((await Promise.all(taken)).map(({ firstOffset }) => firstOffset)).toEqual(Array.from({ length: 50 }, (_, i) => i))
    await closed
    await expect(log.append(ENTRIES, 0, [textRecord('late')])).rejects.toThrow(EventLogUnavailable)
    await expect(log.check()).rejects.toThrow('it is closed')
    expect(await (await openTestLog({ path })).end(ENTRIES, 0)).toBe(50)
  })

  it('does not open a file that another format wrote', async () => {
    const path = newLogPath()
    const db = openForAppend({ path })
    db.exec('UPDATE log_file SET format = 2')
    db.close()
    await expect(openTestLog({ path })).rejects.toThrow('The event log has format 2, this program reads format 1')
  })
})
