import { describe, expect, it, vi } from 'vitest'
import { EventLogUnavailable } from '../errors.ts'
import type { NewPlace } from './logPlace.ts'
import { QUEUE, TABLE, limit, textOf, textRecord } from './logPlace.ts'

/** What every log promises to those who keep a table. */
export function describeTable(newPlace: NewPlace): void {
  describe('table mode', () => {
    it('is ready once the handler has seen everything that was there at the start, and goes on', async () => {
      const log = await (await newPlace()).open()
      await log.append(TABLE, 0, Array.from({ length: 1_200 }, (_, i) => textRecord(String(i), `device ${i}`)))
      let seen = 0
      const table = log.table({ topic: TABLE, onError: () => undefined, onBatch: ({ records }) => void (seen += records.length) })
      await table.ready
      expect(seen).toBe(1_200)
      await log.append(TABLE, 0, [textRecord('later')])
      await vi.waitFor(() => expect(seen).toBe(1_201), limit)
    })

    it('shows the last value of a key last', async () => {
      const log = await (await newPlace()).open()
      for (const value of ['old', 'newer', 'newest']) await log.append(TABLE, 0, [textRecord(value, 'device'), textRecord(value, `only ${value}`)])
      const last = new Map<string, string>()
      await log.table({ topic: TABLE, onError: () => undefined, onBatch: ({ records }) => records.forEach((record) => last.set(record.key, textOf(record))) }).ready
      expect(Object.fromEntries(last)).toEqual({ device: 'newest', 'only old': 'old', 'only newer': 'newer', 'only newest': 'newest' })
    })

    it('is ready at once on an empty topic, and not before a failing handler has taken all', async () => {
      const log = await (await newPlace()).open()
      await log.table({ topic: TABLE, onError: () => undefined, onBatch: () => undefined }).ready
      await log.append(TABLE, 0, [textRecord('a')])
      let failing = true
      let ready = false
      let failures = 0
      const table = log.table({
        topic: TABLE,
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

    it('reads every partition, and gives every process everything', async () => {
      const place = await newPlace()
      const logs = [await place.open(), await place.open(), await place.open()]
      for (const partition of [0, 1, 2, 3]) await logs[0]?.append(QUEUE, partition, [textRecord(String(partition))])
      const seen = await Promise.all(logs.map(async (log) => {
        const mine = new Set<string>()
        await log.table({ topic: QUEUE, onError: () => undefined, onBatch: ({ records }) => records.forEach((record) => mine.add(textOf(record))) }).ready
        return [...mine].toSorted()
      }))
      expect(seen).toEqual(Array.from({ length: 3 }, () => ['0', '1', '2', '3']))
    })

    it('says so when it is closed before it was ready', async () => {
      const log = await (await newPlace()).open()
      await log.append(TABLE, 0, [textRecord('a')])
      const failed = Promise.withResolvers<void>()
      const table = log.table({ topic: TABLE, onError: () => failed.resolve(), onBatch: () => { throw new Error('never') } })
      await failed.promise
      await table.close()
      await expect(table.ready).rejects.toThrow(EventLogUnavailable)
    })
  })
}
