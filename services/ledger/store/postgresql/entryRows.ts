import type { NewEntry, StoredEntry } from '../ledgerStore.ts'
import { byteaArray, int4Array, int8Array } from './binaryArrays.ts'
import type { Queryable, WriteStatement } from './statement.ts'

/** `accepted_at_ms` is an int8: pg hands it out as text, or as a number when the pool says so. */
export interface EntryRow {
  index: number
  envelope: Buffer
  leaf_hash: Buffer
  flags: number
  accepted_at_ms: string | number
}

export const ENTRY_COLUMNS = 'e."index", e.envelope, e.leaf_hash, e.flags, e.accepted_at_ms'

const INSERT = `
  INSERT INTO ledger_entries (chain_no, "index", envelope, leaf_hash, flags, accepted_at_ms)
  SELECT * FROM unnest($1::int4[], $2::int4[], $3::bytea[], $4::bytea[], $5::int4[], $6::int8[])`

export function insertEntries(entries: readonly NewEntry[]): WriteStatement {
  return {
    name: 'ledger-entries',
    text: INSERT,
    values: [
      int4Array(entries.map(({ chainNo }) => chainNo)),
      int4Array(entries.map(({ index }) => index)),
      byteaArray(entries.map(({ envelope }) => envelope)),
      byteaArray(entries.map(({ leafHash }) => leafHash)),
      int4Array(entries.map(({ flags }) => flags)),
      int8Array(entries.map(({ acceptedAtMs }) => acceptedAtMs)),
    ],
  }
}

export async function entriesIn(db: Queryable, chainNo: number, start: number, end: number): Promise<StoredEntry[]> {
  const { rows } = await db.query<EntryRow>(`SELECT ${ENTRY_COLUMNS} FROM ledger_entries e WHERE chain_no = $1 AND "index" >= $2 AND "index" < $3 ORDER BY "index"`, [chainNo, start, end])
  return rows.map(toEntry)
}

export async function countAcceptedBefore(db: Queryable, chainNo: number, start: number, end: number, acceptedBeforeMs: number): Promise<number> {
  const count = 'SELECT count(*) AS late FROM ledger_entries WHERE chain_no = $1 AND "index" >= $2 AND "index" < $3 AND accepted_at_ms < $4'
  const { rows: [row] } = await db.query<{ late: string | number }>(count, [chainNo, start, end, acceptedBeforeMs])
  return Number(row?.late ?? 0)
}

export function toEntry(row: EntryRow): StoredEntry {
  return { index: row.index, envelope: row.envelope, leafHash: row.leaf_hash, flags: row.flags, acceptedAtMs: Number(row.accepted_at_ms) }
}
