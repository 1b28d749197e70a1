import type { NewTile, TilePlace } from '../ledgerStore.ts'
import { byteaArray, int4Array } from './binaryArrays.ts'
import type { Queryable, WriteStatement } from './statement.ts'

const UPSERT = `
  INSERT INTO ledger_tiles (chain_no, level, "index", hashes) SELECT * FROM unnest($1::int4[], $2::int4[], $3::int4[], $4::bytea[])
  ON CONFLICT (chain_no, level, "index") DO UPDATE SET hashes = excluded.hashes`

export function upsertTiles(tiles: readonly NewTile[]): WriteStatement {
  return {
    name: 'ledger-tiles',
    text: UPSERT,
    values: [
      int4Array(tiles.map(({ chainNo }) => chainNo)),
      int4Array(tiles.map(({ level }) => level)),
      int4Array(tiles.map(({ index }) => index)),
      byteaArray(tiles.map(({ hashes }) => hashes)),
    ],
  }
}

export async function tileAt(db: Queryable, chainNo: number, level: number, index: number): Promise<Uint8Array | undefined> {
  const { rows: [row] } = await db.query<{ hashes: Buffer }>('SELECT hashes FROM ledger_tiles WHERE chain_no = $1 AND level = $2 AND "index" = $3', [chainNo, level, index])
  return row?.hashes
}

interface PlacedTile extends TilePlace {
  readonly hashes: Buffer
}

export async function tilesAt(db: Queryable, chainNo: number, wanted: readonly TilePlace[]): Promise<(Uint8Array | undefined)[]> {
  const places = wanted.flatMap(({ level, index }) => [level, index])
  // One pair of parameters a tile: the planner then looks each up by the key, where of arrays it knows too little.
  const list = wanted.map((_, i) => `($${2 * i + 2}::int4, $${2 * i + 3}::int4)`).join(', ')
  const { rows } = await db.query<PlacedTile>(`SELECT level, "index", hashes FROM ledger_tiles WHERE chain_no = $1 AND (level, "index") IN (${list})`, [chainNo, ...places])
  return wanted.map(({ level, index }) => rows.find((row) => row.level === level && row.index === index)?.hashes)
}
