import { parentPort, workerData } from 'node:worker_threads'
import Database from 'better-sqlite3'
import type { AppendCall, AppendGroup, AppendRow, AppendWorkerData, FromWorker, ToWorker } from './appendProtocol.ts'
import { firstIdOf, openForAppend } from './schema.ts'

/** The only writer of this process, on a thread of its own: an fsync must not hold up the event loop. */
if (parentPort === null) throw new Error('appendWorker runs as a worker thread')
const port = parentPort

// Loaded only for crash tests: the package brings the whole configuration, which would cost this thread megabytes and start-up time.
const faultPoint = process.env.BRUME_FAULT ? (await import('@brume/config')).faultPoint : () => {}

// Set by appender.ts, which is the only one to start this file.
const { path, maxPages } = workerData as AppendWorkerData
const db = openForAppend({ path, maxPages })

const begin = db.prepare('BEGIN IMMEDIATE')
const commit = db.prepare('COMMIT')
const rollback = db.prepare('ROLLBACK')
const takeOffsets = db.prepare<[string, number, number], { no: number; next: number }>(
  'INSERT INTO partitions (topic, partition, next) VALUES (?,?,?) ON CONFLICT (topic, partition) DO UPDATE SET next = next + excluded.next RETURNING no, next',
)
const dropOlder = db.prepare('DELETE FROM batches WHERE key = ? AND id >= ? AND id < ?')
const insertRow = db.prepare('INSERT INTO batches (id, records, time_ms, key, body) VALUES (?,?,?,?,?)')

/** Offsets are given out under the write lock, so several processes on one file never give the same one. */
function appendGroup(group: AppendGroup): number[] {
  begin.run()
  try {
    const firstOffsets = group.calls.map((call) => appendCall(call, group.timeMs))
    faultPoint('append.before-commit')
    commit.run()
    faultPoint('append.after-commit')
    return firstOffsets
  } catch (error) {
    // SQLite has rolled back by itself after some errors, "disk full" among them.
    if (db.inTransaction) rollback.run()
    throw error
  }
}

function appendCall(call: AppendCall, timeMs: number): number {
  const records = call.rows.reduce((sum, row) => sum + row.records, 0)
  const taken = takeOffsets.get(call.topic, call.partition, records)
  if (taken === undefined) throw new Error('RETURNING gave no row')
  const firstId = firstIdOf(taken.no)
  const firstOffset = taken.next - records
  let offset = firstOffset
  for (const row of call.rows) {
    appendRow(row, firstId, offset, timeMs)
    offset += row.records
  }
  return firstOffset
}

function appendRow(row: AppendRow, firstId: number, offset: number, timeMs: number): void {
  const id = firstId + offset
  if (row.key !== null) dropOlder.run(row.key, firstId, id)
  insertRow.run(id, row.records, timeMs, row.key, row.body)
}

function answer(group: AppendGroup): FromWorker {
  try {
    return { what: 'committed', firstOffsets: appendGroup(group) }
  } catch (error) {
    const code = error instanceof Database.SqliteError ? error.code : 'UNEXPECTED'
    return { what: 'failed', code, message: error instanceof Error ? error.message : String(error) }
  }
}

function close(): void {
  db.close()
  port.close()
}

port.on('message', (message: ToWorker) => (message === 'close' ? close() : port.postMessage(answer(message))))
port.postMessage({ what: 'open' } satisfies FromWorker)
