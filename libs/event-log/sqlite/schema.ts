import Database from 'better-sqlite3'

/** The layout of the file; a file with another number is refused. */
const FORMAT = 1
const BUSY_TIMEOUT_MS = 5_000
const PRAGMA_FULL = 2

/**
 * One row holds the records of one append, packed (batchFormat.ts): a row for each record costs several times the CPU. On compacted topics each record
 * has a row of its own with its key. `id` = partition number × 2^40 + first offset, so appends go to the right edge of each partition's range.
 * `next` stands apart from the rows: offsets go on even when all rows of a partition are gone.
 */
const TABLES = `
  CREATE TABLE IF NOT EXISTS log_file (one INTEGER PRIMARY KEY CHECK (one = 1), format INTEGER NOT NULL, openings INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS partitions (no INTEGER PRIMARY KEY, topic TEXT NOT NULL, partition INTEGER NOT NULL, next INTEGER NOT NULL, UNIQUE (topic, partition));
  CREATE TABLE IF NOT EXISTS batches (id INTEGER PRIMARY KEY, records INTEGER NOT NULL, time_ms INTEGER NOT NULL, key TEXT, body BLOB NOT NULL);
  CREATE TABLE IF NOT EXISTS log_identity (one INTEGER PRIMARY KEY CHECK (one = 1), id TEXT NOT NULL);
  INSERT OR IGNORE INTO log_identity (one, id) VALUES (1, lower(hex(randomblob(16))));
  CREATE INDEX IF NOT EXISTS batches_by_key ON batches (key, id) WHERE key IS NOT NULL;
`

/** Offsets of one partition; 2^40 records are 2.6 years at 13,000 a second. 2^13 partitions then fit a JavaScript integer. */
const PARTITION_SPAN = 2 ** 40

export function firstIdOf(partitionNo: number): number {
  return partitionNo * PARTITION_SPAN
}

export interface LogFileOptions {
  readonly path: string
  /** `PRAGMA max_page_count`, so that a test can have a full disk. */
  readonly maxPages?: number
}

/**
 * Opens the file, makes its tables and proves that commits are flushed. better-sqlite3 is compiled with `SQLITE_DEFAULT_WAL_SYNCHRONOUS=1`: a
 * connection that meets a WAL file falls to NORMAL (no fsync at commit) by itself unless the pragma was set on it, and until the first
 * write it still reports FULL. So the pragma is set, something is written, and only then it is read back.
 *
 * `wal_autocheckpoint` stays at SQLite's 1,000 pages: with 2,000 and 4,000 no difference could be measured, and the file stays small.
 */
export function openForAppend(options: LogFileOptions): Database.Database {
  const db = connect(options.path)
  if (options.maxPages !== undefined) db.pragma(`max_page_count = ${options.maxPages}`)
  db.transaction(() => countOpening(db)).immediate()
  checkPragmas(db)
  return db
}

/** For reading only; the file must have been opened for append before. */
export function openForReading(path: string): Database.Database {
  const db = connect(path)
  db.pragma('query_only = ON')
  return db
}

function connect(path: string): Database.Database {
  const db = new Database(path, { timeout: BUSY_TIMEOUT_MS })
  switchToWal(db)
  db.pragma('synchronous = FULL')
  return db
}

/** Two processes that make the file at the same moment: SQLite answers "locked" at once, whatever the busy timeout says, to avoid a deadlock. */
function switchToWal(db: Database.Database): void {
  for (let tries = 0; ; tries++) {
    try {
      db.pragma('journal_mode = WAL')
      return
    } catch (error) {
      if (!isBusy(error) || tries === 500) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10)
    }
  }
}

export function isBusy(error: unknown): boolean {
  return error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')
}

function countOpening(db: Database.Database): void {
  db.exec(TABLES)
  db.prepare('INSERT INTO log_file (one, format, openings) VALUES (1, ?, 1) ON CONFLICT DO UPDATE SET openings = openings + 1').run(FORMAT)
  const format = db.prepare('SELECT format FROM log_file').pluck().get()
  if (format !== FORMAT) throw new Error(`The event log has format ${String(format)}, this program reads format ${FORMAT}`)
}

function checkPragmas(db: Database.Database): void {
  const journal = db.pragma('journal_mode', { simple: true })
  const synchronous = db.pragma('synchronous', { simple: true })
  if (journal === 'wal' && synchronous === PRAGMA_FULL) return
  throw new Error(`The event log would lose acknowledged records: journal_mode=${String(journal)}, synchronous=${String(synchronous)} (needed: wal, 2)`)
}
