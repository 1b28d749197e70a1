import { describe, expect, it, vi } from 'vitest'
import { EventLogGap, PartitionHalted } from '../errors.ts'
import type { ConsumeOptions, EventLog, RecordBatch } from '../eventLog.ts'
import type { NewPlace } from './logPlace.ts'
import { QUEUE, limit, textOf, textRecord } from './logPlace.ts'

type Given = Pick<ConsumeOptions, 'onBatch'> & Partial<ConsumeOptions>

function queue(options: Given): ConsumeOptions {
  return { group: 'ledger', topic: QUEUE, partitions: [0], position: async () => 0, onError: () => undefined, maxRecords: 100, ...options }
}

/** Where a consumer's own database would keep its offset. */
function storedPosition() {
  let next = 0
  const commit = ({ records }: RecordBatch): void => void (next = (records.at(-1)?.offset ?? 0) + 1)
  return { position: async () => next, commit }
}

async function logWith(newPlace: NewPlace, values: readonly string[]): Promise<EventLog> {
  const log = await (await newPlace()).open()
  for (const value of values) await log.append(QUEUE, 0, [textRecord(value)])
  return log
}

/** What every log promises to a consumer of a group. */
export function describeQueue(newPlace: NewPlace): void {
  describe('queue mode', () => {
    it('gives what the stored position has not seen, then what is appended', async () => {
      const log = await logWith(newPlace, ['a', 'b', 'c'])
      const seen: string[] = []
      log.consume(queue({ position: async () => 1, onBatch: ({ records }) => void seen.push(...records.map(textOf)) }))
      await vi.waitFor(() => expect(seen).toEqual(['b', 'c']), limit)
      await log.append(QUEUE, 0, [textRecord('d')])
      await vi.waitFor(() => expect(seen).toEqual(['b', 'c', 'd']), limit)
    })

    it('says what is assigned before it asks for the position, and what is revoked when nothing of it runs any more', async () => {
      const log = await logWith(newPlace, ['a'])
      const told: string[] = []
      let refusals = 2
      const assigned = async (partition: number): Promise<void> => {
        if (refusals-- > 0) throw new Error('database is away')
        told.push(`assigned ${partition}`)
      }
      const consumer = log.consume(queue({
        assigned,
        revoked: async (partition) => void told.push(`revoked ${partition}`),
        position: async (partition) => {
          told.push(`position ${partition}`)
          return 0
        },
        onBatch: ({ records }) => void told.push(...records.map(textOf)),
      }))
      await vi.waitFor(() => expect(told).toContain('a'), limit)
      await consumer.close()
      expect(told).toEqual(['assigned 0', 'position 0', 'a', 'revoked 0'])
    })

    it('gives one batch at a time of a partition, and no partition waits for another', async () => {
      const log = await (await newPlace()).open()
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
      await log.append(QUEUE, 0, [textRecord('a'), textRecord('b')])
      await log.append(QUEUE, 1, [textRecord('other')])
      await vi.waitFor(() => expect(seen).toEqual(['other']), limit)
      held.resolve()
      await vi.waitFor(() => expect(seen).toEqual(['other', 'a', 'b']), limit)
      expect(most).toBe(1)
    })

    it('gives batches of at most maxRecords', async () => {
      const log = await logWith(newPlace, [])
      await log.append(QUEUE, 0, Array.from({ length: 25 }, (_, i) => textRecord(String(i))))
      const sizes: number[] = []
      log.consume(queue({ maxRecords: 10, onBatch: ({ records }) => void sizes.push(records.length) }))
      await vi.waitFor(() => expect(sizes).toEqual([10, 10, 5]), limit)
    })

    it('gives a batch again from the stored position when the handler throws, and tells', async () => {
      const log = await logWith(newPlace, ['a', 'b', 'c'])
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
      await vi.waitFor(() => expect(seen).toEqual(['a', 'b', 'c']), limit)
      expect(told).toEqual(Array.from({ length: 3 }, () => ['Error: database is away', 0]))
      await vi.waitFor(() => expect(consumer.status()).toEqual([{ partition: 0, state: 'following', offset: 3, error: undefined }]), limit)
    })

    it('stops a halted partition, the others go on; whoever is assigned it anew follows it again', async () => {
      const place = await newPlace()
      const log = await place.open()
      const halt = new PartitionHalted('epoch lost')
      const seen: string[] = []
      let calls = 0
      const onBatch = ({ partition, records }: RecordBatch): void => {
        if (partition === 1) return void seen.push(...records.map(textOf))
        calls++
        throw halt
      }
      const consumer = log.consume(queue({ partitions: [0, 1], onBatch }))
      await log.append(QUEUE, 0, [textRecord('a')])
      await vi.waitFor(() => expect(consumer.status()[0]).toEqual({ partition: 0, state: 'halted', offset: 0, error: halt }), limit)
      await log.append(QUEUE, 0, [textRecord('b')])
      await log.append(QUEUE, 1, [textRecord('c')])
      await vi.waitFor(() => expect(seen).toEqual(['c']), limit)
      expect(calls).toBe(1)
      await consumer.close()
      log.consume(queue({ onBatch: ({ records }) => void seen.push(...records.map(textOf)) }))
      await vi.waitFor(() => expect(seen).toEqual(['c', 'a', 'b']), limit)
    })

    it('halts when the log ends before the stored position: an older copy', async () => {
      const log = await logWith(newPlace, ['a'])
      const consumer = log.consume(queue({ position: async () => 5, onBatch: () => expect.unreachable() }))
      await vi.waitFor(() => expect(consumer.status()[0]?.error).toBeInstanceOf(EventLogGap), limit)
      expect(String(consumer.status()[0]?.error)).toBe(`EventLogGap: ${QUEUE}/0 ends at offset 1, but this consumer stands at 5: is the log an older copy?`)
    })

    it('halts when records were deleted ahead of it while it was away', async () => {
      const place = await newPlace()
      const log = await place.open()
      for (const value of ['a', 'b', 'c']) await log.append(QUEUE, 0, [textRecord(value)])
      await place.deleteBefore(0, 2)
      const consumer = log.consume(queue({ position: async () => 1, onBatch: () => expect.unreachable() }))
      await vi.waitFor(() => expect(String(consumer.status()[0]?.error)).toBe(`EventLogGap: ${QUEUE}/0: offsets 1 to 1 are gone`), limit)
      expect(consumer.status()[0]?.state).toBe('halted')
    })

    it('halts when records are deleted ahead of it while a batch fails', async () => {
      const place = await newPlace()
      const log = await place.open()
      for (const value of ['a', 'b', 'c']) await log.append(QUEUE, 0, [textRecord(value)])
      let failures = 0
      const consumer = log.consume(queue({ maxRecords: 1, onBatch: () => {
        failures++
        throw new Error('database is away')
      } }))
      await vi.waitFor(() => expect(failures).toBeGreaterThan(0), limit)
      await place.deleteBefore(0, 2)
      await vi.waitFor(() => expect(consumer.status()[0]?.state).toBe('halted'), limit)
      expect(String(consumer.status()[0]?.error)).toBe(`EventLogGap: ${QUEUE}/0: offsets 0 to 1 are gone`)
    })

    it('has one consumer of a group in a process', async () => {
      const log = await logWith(newPlace, [])
      const first = log.consume(queue({ onBatch: () => undefined }))
      expect(() => log.consume(queue({ onBatch: () => undefined }))).toThrow(/This process already consumes ledger queue/)
      await first.close()
      log.consume(queue({ onBatch: () => undefined }))
    })

    it('waits for the handler that runs when it closes', async () => {
      const log = await logWith(newPlace, ['a'])
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
      await started.promise
      const closed = consumer.close().then(() => expect(done).toBe(true))
      held.resolve()
      await closed
    })
  })
}
