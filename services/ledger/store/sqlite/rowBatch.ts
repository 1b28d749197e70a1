import type BetterSqlite3 from 'better-sqlite3'

/** Rows of one statement: a call into SQLite costs about as much as a row, so one call writes several. Measured best at 8 to 32. */
const ROWS_AT_ONCE = 16

/** Collects rows of one table and inserts several with one statement. What reads the table flushes first. */
export class RowBatch {
  private readonly many
  private readonly one
  private values: unknown[] = []

  /** @param into table and columns: `ledger_entries (chain_no, "index")` */
  constructor(db: BetterSqlite3.Database, into: string, private readonly columns: number) {
    const row = `(${Array.from({ length: columns }, () => '?').join(',')})`
    this.many = db.prepare(`INSERT INTO ${into} VALUES ${Array.from({ length: ROWS_AT_ONCE }, () => row).join(',')}`)
    this.one = db.prepare(`INSERT INTO ${into} VALUES ${row}`)
  }

  add(...row: unknown[]): void {
    for (const value of row) this.values.push(value)
    if (this.values.length === ROWS_AT_ONCE * this.columns) this.writeAll()
  }

  flush(): void {
    const left = this.values
    this.values = []
    for (let at = 0; at < left.length; at += this.columns) this.one.run(left.slice(at, at + this.columns))
  }

  /** After a transaction that failed. */
  clear(): void {
    this.values = []
  }

  private writeAll(): void {
    this.many.run(this.values)
    this.values.length = 0
  }
}
