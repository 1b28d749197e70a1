import { describe, expect, it } from 'vitest'
import { EventLogBusy, EventLogUnavailable, UnknownPartition } from '../errors.ts'
import type { NewPlace } from './logPlace.ts'
import { QUEUE, TABLE, textOf, textRecord } from './logPlace.ts'

/** What every log promises to those who append and read. */
export function describeAppend(newPlace: NewPlace): void {
  describe('append', () => {
    it('puts the records of a call next to each other, in order, with one time of the log', async () => {
      const log = await (await newPlace()).open()
      const beforeMs = Date.now()
      const calls = Array.from({ length: 20 }, (_, call) => ['a', 'b', 'c'].map((part) => textRecord(`${call}${part}`)))
      const answers = await Promise.all(calls.map((records) => log.append(QUEUE, 1, records)))
      const stored = await log.readFrom(QUEUE, 1, 0, 100)
      expect(stored.map(({ offset }) => offset)).toEqual(Array.from({ length: 60 }, (_, i) => i))
      for (const [call, { firstOffset, timeMs }] of answers.entries()) {
        const mine = stored.slice(firstOffset, firstOffset + 3)
        expect(mine.map(textOf)).toEqual([`${call}a`, `${call}b`, `${call}c`])
        expect(mine.map((record) => record.timeMs)).toEqual([timeMs, timeMs, timeMs])
        expect(timeMs).toBeGreaterThanOrEqual(beforeMs)
      }
    })

    it('keeps the order of one caller who does not wait', async () => {
      const log = await (await newPlace()).open()
      const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => log.append(QUEUE, 0, [textRecord(String(i))])))
      expect(answers.map(({ firstOffset }) => firstOffset)).toEqual(Array.from({ length: 50 }, (_, i) => i))
    })

    it('changes no byte of keys, values and headers', async () => {
      const log = await (await newPlace()).open()
      const value = Buffer.from(Array.from({ length: 256 }, (_, i) => i))
      const headers = { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', 'über': 'schön ✓' }
      await log.append(QUEUE, 0, [{ key: 'schlüssel/ä', value, headers }, { key: '', value: new Uint8Array() }, { key: 'view', value: value.subarray(10, 12) }])
      const stored = await log.readFrom(QUEUE, 0, 0, 10)
      expect(stored.map(({ key, headers: kept }) => [key, kept])).toEqual([['schlüssel/ä', headers], ['', undefined], ['view', undefined]])
      expect(stored.map((record) => [...record.value])).toEqual([[...value], [], [10, 11]])
    })

    it('counts each partition for itself, and goes on where it was after it was closed', async () => {
      const place = await newPlace()
      const before = await place.open()
      await before.append(QUEUE, 0, [textRecord('a'), textRecord('b')])
      await before.close()
      const log = await place.open()
      expect((await log.append(QUEUE, 0, [textRecord('c')])).firstOffset).toBe(2)
      expect((await log.append(QUEUE, 3, [textRecord('d')])).firstOffset).toBe(0)
      expect([await log.end(QUEUE, 0), await log.end(QUEUE, 1), await log.end(QUEUE, 3)]).toEqual([3, 0, 1])
    })

    it('lets two processes append to one partition without a gap or a double', async () => {
      const place = await newPlace()
      const logs = [await place.open(), await place.open()]
      const calls = logs.flatMap((log, who) => Array.from({ length: 20 }, (_, i) => log.append(QUEUE, 0, [textRecord(`${who} ${i}`)])))
      const offsets = (await Promise.all(calls)).map(({ firstOffset }) => firstOffset)
      expect(offsets.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, i) => i))
    })

    it('pushes back when more waits than the bound allows, and takes what fits', async () => {
      const log = await (await newPlace()).open({ maxQueueBytes: 100_000 })
      const large = { key: 'k', value: Buffer.alloc(40_000) }
      const answers = await Promise.allSettled(Array.from({ length: 5 }, () => log.append(QUEUE, 0, [large])))
      expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected', 'rejected'])
      expect(answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason.constructor] : []))).toEqual([EventLogBusy, EventLogBusy, EventLogBusy])
      await log.append(QUEUE, 0, [large])
      expect(await log.end(QUEUE, 0)).toBe(3)
    })

    it('refuses what cannot be meant', async () => {
      const log = await (await newPlace()).open()
      await expect(log.append('nowhere', 0, [textRecord('a')])).rejects.toThrow(UnknownPartition)
      await expect(log.append(QUEUE, 4, [textRecord('a')])).rejects.toThrow(UnknownPartition)
      await expect(log.append(QUEUE, 0, [])).rejects.toThrow(RangeError)
      await expect(log.append(QUEUE, 0, [textRecord('a', 'k'.repeat(65_536))])).rejects.toThrow(RangeError)
      await expect(log.append(QUEUE, 0, [{ key: 'k', value: Buffer.alloc(17 * 1024 * 1024) }])).rejects.toThrow(RangeError)
      expect(await log.end(QUEUE, 0)).toBe(0)
    })

    it('makes durable what it has taken before it closes, and takes nothing afterwards', async () => {
      const place = await newPlace()
      const log = await place.open()
      const taken = Array.from({ length: 10 }, (_, i) => log.append(QUEUE, 0, [textRecord(String(i))]))
      await log.close()
      expect(await Promise.all(taken)).toHaveLength(10)
      await expect(log.append(QUEUE, 0, [textRecord('late')])).rejects.toThrow(EventLogUnavailable)
      await expect(log.check()).rejects.toThrow(EventLogUnavailable)
      expect(await (await place.open()).end(QUEUE, 0)).toBe(10)
    })
  })

  describe('readFrom', () => {
    it('reads from any offset on, and is empty at the end', async () => {
      const log = await (await newPlace()).open()
      await log.append(QUEUE, 0, ['a', 'b', 'c', 'd'].map((value) => textRecord(value)))
      await log.append(QUEUE, 0, [textRecord('e')])
      expect((await log.readFrom(QUEUE, 0, 2, 2)).map(textOf)).toEqual(['c', 'd'])
      expect((await log.readFrom(QUEUE, 0, 4, 10)).map((record) => record.offset)).toEqual([4])
      expect(await log.readFrom(QUEUE, 0, 5, 10)).toEqual([])
      expect(await log.readFrom(QUEUE, 2, 0, 10)).toEqual([])
    })
  })

  describe('identity', () => {
    it('is the same for all who open a log, and another one for another log', async () => {
      const place = await newPlace()
      const [one, two, other] = [await place.open(), await place.open(), await (await newPlace()).open()]
      expect(await one.identity()).toBe(await two.identity())
      expect(await one.identity()).not.toBe(await other.identity())
    })
  })

  describe('check', () => {
    it('is content while records can be appended', async () => {
      const log = await (await newPlace()).open()
      await log.check()
      expect((await log.append(TABLE, 0, [textRecord('a')])).firstOffset).toBe(0)
    })
  })
}
