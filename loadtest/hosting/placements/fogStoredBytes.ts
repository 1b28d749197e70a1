import BetterSqlite3 from 'better-sqlite3'
import { join } from 'node:path'

/** Where a fog node keeps log and ledger unless it is told otherwise (libs/config/settings.ts). */
const files = ['log.db', 'brume.db']

/** Pages in use, bytes. The files' own sizes would jump by what waits in the write-ahead log. */
export function fogStoredBytes(data: string): number {
  return files.map((name) => usedBytes(join(data, name))).reduce((sum, bytes) => sum + bytes, 0)
}

function usedBytes(path: string): number {
  const database = new BetterSqlite3(path, { readonly: true, fileMustExist: true })
  try {
    const [pages, free, bytes] = ['page_count', 'freelist_count', 'page_size'].map((name) => Number(database.pragma(name, { simple: true })))
    return ((pages ?? 0) - (free ?? 0)) * (bytes ?? 0)
  } finally {
    database.close()
  }
}
