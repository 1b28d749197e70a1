import type Database from 'better-sqlite3'
import type { StoredRecord } from '../eventLog.ts'
import { unpackRecords } from './batchFormat.ts'
import { firstIdOf, openForReading } from './schema.ts'

interface BatchRow {
  id: number
  time_ms: number
  body: Buffer
}

/** What one read brings at most, so that a thousand large records do not fill the memory: at least one row, then up to 4 MiB. */
const READ_BYTES = 4 * 1024 * 1024

/**
 * Reads on the calling thread with prepared statements. What was appended a moment ago is in the page cache of the system, and a read costs
 * 0.5 to 1 µs of CPU per record in batches (sqliteEventLog.bench.ts), so there is no second cache of recent appends in memory.
 */
export class LogReader {
  private readonly db: Database.Database
  private readonly partitionNos = new Map<string, number>()
  private readonly selectNo
  private readonly selectNext
  private readonly selectRows
  private readonly selectVersion

  constructor(path: string) {
    this.db = openForReading(path)
    this.selectNo = this.db.prepare<[string, number], number>('SELECT no FROM partitions WHERE topic = ? AND partition = ?').pluck()
    this.selectNext = this.db.prepare<[number], number>('SELECT next FROM partitions WHERE no = ?').pluck()
    // The row that holds the offset begins at or before it.
    this.selectRows = this.db.prepare<{ first: number; at: number; end: number }, BatchRow>(`
      SELECT id, time_ms, body FROM batches
      WHERE id >= coalesce((SELECT id FROM batches WHERE id >= @first AND id <= @at ORDER BY id DESC LIMIT 1), @at) AND id < @end ORDER BY id`)
    this.selectVersion = this.db.prepare<[], number>('PRAGMA data_version').pluck()
  }

  end(topic: string, partition: number): number {
    const no = this.numberOf(topic, partition)
    return no === undefined ? 0 : (this.selectNext.get(no) ?? 0)
  }

  read(topic: string, partition: number, from: number, most: number): StoredRecord[] {
    const no = this.numberOf(topic, partition)
    const records: StoredRecord[] = []
    if (no === undefined) return records
    const first = firstIdOf(no)
    let bytes = 0
    for (const row of this.selectRows.iterate({ first, at: first + from, end: firstIdOf(no + 1) })) {
      unpackRecords({ firstOffset: row.id - first, timeMs: row.time_ms, body: row.body }, from, most, records)
      bytes += row.body.length
      if (records.length >= most || bytes >= READ_BYTES) break
    }
    return records
  }

  /** Another value after every commit by any other connection, our own worker's included. */
  dataVersion(): number {
    return this.selectVersion.get() ?? 0
  }

  /** A copy of the file has the same one: it is the same log. */
  identity(): string {
    return String(this.db.prepare<[], string>('SELECT id FROM log_identity').pluck().get())
  }

  close(): void {
    this.db.close()
  }

  /** The number of a partition never changes once it is given. */
  private numberOf(topic: string, partition: number): number | undefined {
    const name = `${topic}/${partition}`
    const known = this.partitionNos.get(name) ?? this.selectNo.get(topic, partition)
    if (known !== undefined) this.partitionNos.set(name, known)
    return known
  }
}
