import type { NewEntry, StoredEntry } from '../ledgerStore.ts'
import { int4Array, int8Array } from './binaryArrays.ts'
import { ENTRY_COLUMNS, toEntry, type EntryRow } from './entryRows.ts'
import type { Queryable, WriteStatement } from './statement.ts'

/** Bytes of a leaf hash that the index keeps; six fit a JavaScript number. */
const PREFIX_BYTES = 6

const INSERT = 'INSERT INTO ledger_leaf_index (chain_no, prefix, "index") SELECT * FROM unnest($1::int4[], $2::int8[], $3::int4[])'

/** Prefixes may collide: the whole hash decides. */
const ENTRY_OF_LEAF = `
  SELECT ${ENTRY_COLUMNS} FROM ledger_leaf_index l JOIN ledger_entries e ON e.chain_no = l.chain_no AND e."index" = l."index"
  WHERE l.chain_no = $1 AND l.prefix = $2 AND e.leaf_hash = $3
  ORDER BY l."index" LIMIT 1`

/**
 * Leaf hash -> index, complete in the transaction of the entries: other replicas answer for a leaf from the table alone, so nothing may wait
 * in this process's memory as it does on SQLite. Sorted, because neighbours in a batch then share pages.
 */
export function insertLeaves(entries: readonly NewEntry[]): WriteStatement {
  const leaves = entries.map(({ chainNo, leafHash, index }) => ({ chainNo, prefix: prefixOf(leafHash), index }))
  leaves.sort((a, b) => a.chainNo - b.chainNo || a.prefix - b.prefix || a.index - b.index)
  return {
    name: 'ledger-leaves',
    text: INSERT,
    values: [int4Array(leaves.map(({ chainNo }) => chainNo)), int8Array(leaves.map(({ prefix }) => prefix)), int4Array(leaves.map(({ index }) => index))],
  }
}

export async function entryOfLeaf(db: Queryable, chainNo: number, leafHash: Uint8Array): Promise<StoredEntry | undefined> {
  const { rows: [row] } = await db.query<EntryRow>(ENTRY_OF_LEAF, [chainNo, prefixOf(leafHash), leafHash])
  return row && toEntry(row)
}

function prefixOf(leafHash: Uint8Array): number {
  return Buffer.from(leafHash.buffer, leafHash.byteOffset, leafHash.byteLength).readUIntBE(0, PREFIX_BYTES)
}
