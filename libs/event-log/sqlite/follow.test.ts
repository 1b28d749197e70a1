import Database from 'better-sqlite3'
import { describe, expect, it, vi } from 'vitest'
import { EventLogGap, EventLogUnavailable, PartitionHalted } from '../errors.ts'
import type { ConsumeOptions, RecordBatch } from '../eventLog.ts'
import { DEVICES, ENTRIES } from '../topics.ts'
import { newLogPath, openTestLog, textOf, textRecord } from './logFile.fixture.ts'

const limit = { timeout: 10_000, interval: 2 }

/** A consumer with its own "database": the next offset of each partition, moved when a batch is done. */
function storedPosition() {
  const next = new Map<number, number>()
  return {
    position: async (partition: number) => next.get(partition) ?? 0,
    commit: ({ partition, records }: RecordBatch) => void next.set(partition, (records.at(-1)?.offset ?? -1) + 1),
  }
}

function queue(options: Pick<ConsumeOptions, 'onBatch'> & Partial<ConsumeOptions>): ConsumeOptions {
  return { group: 'ledger', topic: ENTRIES, partitions: [0], maxRecords: 1_000, onError: () => undefined, position: async () => 0, ...options }
}

describe('queue mode', () => {
  it('goes on from the stored position, and sees what is appended later at once', async () => {
    const log = await openTestLog()
    await log.append(ENTRIES, 0, [textRecord('a'), textRecord('b'), textRecord('c')])
    const seen: string[] = []
    log.consume(queue({ position: async () => 1, onBatch: ({ records }) => void seen.push(...records.map(textOf)) }))
    await vi.waitFor(() => expect(seen).toEqual(['b', 'c']), limit)
    await log.append(ENTRIES, 0, [textRecord('d')])
    await vi.waitFor(() => expect(seen).toEqual(['b', 'c', 'd']), limit)
  })

  it('gives one batch at a time of a partition, and no partition waits for another', async () => {
    const log = await openTestLog()
    const held = Promise.withResolvers<void>()
    const seen: string[] = []
    let running = 0
    let most = 0
    const onBatch = async ({ partition, records }: RecordBatch): Promise<void> => {
      if (partition === 1) return void seen.push(...records.map(textOf))
      most = Math.max(most, ++running)
      await held.promise
      running--
      seen.push(...records.map(textOf))
    }
    log.consume(queue({ partitions: [0, 1], maxRecords: 1, onBatch }))
    await log.append(ENTRIES, 0, [textRecord('a'), textRecord('b')])
    await log.append(ENTRIES, 1, [textRecord('other')])
    await vi.waitFor(() => expect(seen).toEqual(['other']), limit)
    held.resolve()
    await vi.waitFor(() => expect(seen).toEqual(['other', 'a', 'b']), limit)
    expect(most).toBe(1)
  })

  it('gives a batch again from the stored position when the handler throws, and tells', async () => {
    const log = await openTestLog()
    const { position, commit } = storedPosition()
    const seen: string[] = []
    const told: unknown[] = []
    let failures = 3
    const onBatch = (batch: RecordBatch): void => {
      if (batch.records[0]?.offset === 1 && failures-- > 0) throw new Error('database is away')
      commit(batch)
      seen.push(...batch.records.map(textOf))
    }
    const consumer = log.consume(queue({ maxRecords: 1, position, onBatch, onError: (error, partition) => told.push([String(error), partition]) }))
    await log.append(ENTRIES, 0, [textRecord('a'), textRecord('b'), textRecord('c')])
    await vi.waitFor(() => expect(seen).toEqual(['a', 'b', 'c']), limit)
    expect(told).toEqual(Array.from({ length: 3 }, () => ['Error: database is away', 0]))
    expect(consumer.status()).toEqual([{ partition: 0, state: 'following', offset: 3, error: undefined }])
  })

  it('waits for a position that cannot be read yet', async () => {
    const log = await openTestLog()
    await log.append(ENTRIES, 0, [textRecord('a')])
    const seen: string[] = []
    let tries = 0
    const position = async (): Promise<number> => {
      if (++tries < 3) throw new Error('database is away')
      return 0
    }
    log.consume(queue({ position, onBatch: ({ records }) => void seen.push(...records.map(textOf)) }))
    await vi.waitFor(() => expect(seen).toEqual(['a']), limit)
  })

  it('stops a halted partition for good, the others go on', async () => {
    const log = await openTestLog()
    const halt = new PartitionHalted('epoch lost')
    const seen: string[] = []
    let calls = 0
    const onBatch = ({ partition, records }: RecordBatch): void => {
      if (partition === 1) return void seen.push(...records.map(textOf))
      calls++
      throw halt
    }
    const consumer = log.consume(queue({ partitions: [0, 1], onBatch }))
    await log.append(ENTRIES, 0, [textRecord('a')])
    await vi.waitFor(() => expect(consumer.status()[0]).toEqual({ partition: 0, state: 'halted', offset: 0, error: halt }), limit)
    await log.append(ENTRIES, 0, [textRecord('b')])
    await log.append(ENTRIES, 1, [textRecord('c')])
    await vi.waitFor(() => expect(seen).toEqual(['c']), limit)
    expect(calls).toBe(1)
  })

  it('halts when the log ends before the stored position: an older copy', async () => {
    const log = await openTestLog()
    await log.append(ENTRIES, 0, [textRecord('a')])
    const consumer = log.consume(queue({ position: async () => 5, onBatch: () => expect.unreachable() }))
    await vi.waitFor(() => expect(consumer.status()[0]?.error).toBeInstanceOf(EventLogGap), limit)
    expect(String(consumer.status()[0]?.error)).toMatchInlineSnapshot(`"EventLogGap: entries/0 ends at offset 1, but this consumer stands at 5: is the log an older copy?"`)
  })

  it.each([{ deleted: 'id % 1099511627776 < 2', gone: '0 to 1' }, { deleted: '1', gone: '0 to 2' }])('halts when records ($gone) were deleted ahead of it', async ({ deleted, gone }) => {
    const path = newLogPath()
    const log = await openTestLog({ path })
    for (const value of ['a', 'b', 'c']) await log.append(ENTRIES, 0, [textRecord(value)])
    const db = new Database(path)
    db.exec(`DELETE FROM batches WHERE ${deleted}`)
    db.close()
    const consumer = log.consume(queue({ onBatch: () => expect.unreachable() }))
    await vi.waitFor(() => expect(String(consumer.status()[0]?.error)).toBe(`EventLogGap: entries/0: offsets ${gone} are gone`), limit)
  })

  it('has one consumer of a group per partition', async () => {
    const log = await openTestLog()
    const first = log.consume(queue({ onBatch: () => undefined }))
    expect(() => log.consume(queue({ onBatch: () => undefined }))).toThrow('This process already consumes ledger entries/0')
    await first.close()
    log.consume(queue({ onBatch: () => undefined }))
  })

  it('waits for the handler that runs when it closes', async () => {
    const log = await openTestLog()
    const started = Promise.withResolvers<void>()
    const held = Promise.withResolvers<void>()
    let done = false
    const consumer = log.consume(queue({
      onBatch: async () => {
        started.resolve()
        await held.promise
        done = true
      },
    }))
    await log.append(ENTRIES, 0, [textRecord('a')])
    await started.promise
    const closed = consumer.close().then(() => expect(done).toBe(true))
    held.resolve()
    await closed
    expect(consumer.status()[0]?.state).toBe('closed')
  })
})

describe('table mode', () => {
  it('is ready once the handler has seen everything that was there at the start', async () => {
    const log = await openTestLog()
    await log.append(DEVICES, 0, Array.from({ length: 1_200 }, (_, i) => textRecord(String(i), `device ${i}`)))
    let seen = 0
    const table = log.table({ topic: DEVICES, onError: () => undefined, onBatch: ({ records }) => void (seen += records.length) })
    await table.ready
    expect(seen).toBe(1_200)
    await log.append(DEVICES, 0, [textRecord('later')])
    await vi.waitFor(() => expect(seen).toBe(1_201), limit)
  })

  it('is ready at once on an empty topic, and not before a failing handler has taken all', async () => {
    const log = await openTestLog()
    await log.table({ topic: DEVICES, onError: () => undefined, onBatch: () => undefined }).ready
    await log.append(DEVICES, 0, [textRecord('a')])
    let failing = true
    let ready = false
    let failures = 0
    const table = log.table({
      topic: DEVICES,
      onError: () => failures++,
      onBatch: () => {
        if (failing) throw new Error('not yet')
      },
    })
    void table.ready.then(() => (ready = true))
    await vi.waitFor(() => expect(failures).toBeGreaterThan(2), limit)
    expect(ready).toBe(false)
    failing = false
    await table.ready
  })

  it('reads every partition, and gives every reader everything', async () => {
    const log = await openTestLog()
    for (const partition of [0, 1, 2, 3]) await log.append(ENTRIES, partition, [textRecord(String(partition))])
    const seen = [new Set<string>(), new Set<string>()]
    const tables = seen.map((mine) => log.table({ topic: ENTRIES, onError: () => undefined, onBatch: ({ records }) => records.forEach((record) => mine.add(textOf(record))) }))
    await Promise.all(tables.map((table) => table.ready))
    expect(seen.map((mine) => [...mine].toSorted())).toEqual([['0', '1', '2', '3'], ['0', '1', '2', '3']])
  })

  it('says so when it is closed before it was ready', async () => {
    const log = await openTestLog()
    await log.append(DEVICES, 0, [textRecord('a')])
    const failed = Promise.withResolvers<void>()
    const table = log.table({ topic: DEVICES, onError: () => failed.resolve(), onBatch: () => { throw new Error('never') } })
    await failed.promise
    await table.close()
    await expect(table.ready).rejects.toThrow(EventLogUnavailable)
  })
})
