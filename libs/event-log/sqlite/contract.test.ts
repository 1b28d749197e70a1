import Database from 'better-sqlite3'
import { describe } from 'vitest'
import { describeEventLog } from '../contract/describeEventLog.ts'
import type { LogPlace } from '../contract/logPlace.ts'
import { contractTopics } from '../contract/logPlace.ts'
import { newLogPath, openTestLog } from './logFile.fixture.ts'

async function newPlace(): Promise<LogPlace> {
  const path = newLogPath()
  return {
    open: (options) => openTestLog({ path, topics: contractTopics, ...options }),
    deleteBefore: async (partition, offset) => deleteRows(path, partition, offset),
  }
}

/** The tests append one record at a time, so each has a row. */
function deleteRows(path: string, partition: number, offset: number): void {
  const db = new Database(path)
  db.prepare('DELETE FROM batches WHERE id < (SELECT no * ? + ? FROM partitions WHERE partition = ? AND topic = ?)').run(2 ** 40, offset, partition, 'queue')
  db.close()
}

describe('the log of a fog node', () => {
  describeEventLog(newPlace)
})
