import type { Append } from '../ledgerStore.ts'
import { byteaArray, int4Array } from './binaryArrays.ts'
import type { Queryable, WriteStatement } from './statement.ts'

/** The leaf index is always complete here (leafIndex.ts). */
const UPSERT = `
  INSERT INTO ledger_trees (chain_no, edge, leaves_indexed) SELECT * FROM unnest($1::int4[], $2::bytea[], $3::int4[])
  ON CONFLICT (chain_no) DO UPDATE SET edge = excluded.edge, leaves_indexed = excluded.leaves_indexed`

export function upsertEdges(edges: Append['edges']): WriteStatement {
  return {
    name: 'ledger-edges',
    text: UPSERT,
    values: [int4Array(edges.map(({ chainNo }) => chainNo)), byteaArray(edges.map(({ edge }) => edge)), int4Array(edges.map(({ size }) => size))],
  }
}

export async function edgeOf(db: Queryable, chainNo: number): Promise<Uint8Array | undefined> {
  const { rows: [row] } = await db.query<{ edge: Buffer }>('SELECT edge FROM ledger_trees WHERE chain_no = $1', [chainNo])
  return row?.edge
}
