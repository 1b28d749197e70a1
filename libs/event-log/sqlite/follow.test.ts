import Database from 'better-sqlite3'
import { describe, expect, it, vi } from 'vitest'
import type { ConsumeOptions } from '../eventLog.ts'
import { ENTRIES } from '../topics.ts'
import { newLogPath, openTestLog, textOf, textRecord } from './logFile.fixture.ts'

const limit = { timeout: 10_000, interval: 2 }

function queue(options: Pick<ConsumeOptions, 'onBatch'> & Partial<ConsumeOptions>): ConsumeOptions {
  return { group: 'ledger', topic: ENTRIES, partitions: [0], maxRecords: 1_000, onError: () => undefined, position: async () => 0, ...options }
}

/** What SQLite has of its own; the rest is in ../contract. */
describe('queue mode', () => {
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
})
