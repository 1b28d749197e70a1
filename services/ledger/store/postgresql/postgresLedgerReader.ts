import type { LedgerReader, StoredEntry, TilePlace } from '../ledgerStore.ts'
import { countAcceptedBefore, entriesIn } from './entryRows.ts'
import { entryOfLeaf } from './leafIndex.ts'
import type { Queryable } from './statement.ts'
import { tileAt, tilesAt } from './tileRows.ts'
import { edgeOf } from './treeEdges.ts'

/** Where reads run: a `PostgresDatabase`, in transactions that carry the request's tenant, or the append path's pool, which sees all. */
export interface ReadSource {
  read<T>(work: (db: Queryable) => Promise<T>): Promise<T>
}

/** What stands in PostgreSQL: every replica gives the same answers, whoever sequences. */
export class PostgresLedgerReader implements LedgerReader {
  constructor(private readonly source: ReadSource) {}

  edge(chainNo: number): Promise<Uint8Array | undefined> {
    return this.source.read((db) => edgeOf(db, chainNo))
  }

  async entryAt(chainNo: number, index: number): Promise<StoredEntry | undefined> {
    const [entry] = await this.entries(chainNo, index, index + 1)
    return entry
  }

  entries(chainNo: number, start: number, end: number): Promise<StoredEntry[]> {
    return this.source.read((db) => entriesIn(db, chainNo, start, end))
  }

  entryOfLeaf(chainNo: number, leafHash: Uint8Array): Promise<StoredEntry | undefined> {
    return this.source.read((db) => entryOfLeaf(db, chainNo, leafHash))
  }

  tile(chainNo: number, level: number, index: number): Promise<Uint8Array | undefined> {
    return this.source.read((db) => tileAt(db, chainNo, level, index))
  }

  tiles(chainNo: number, wanted: readonly TilePlace[]): Promise<(Uint8Array | undefined)[]> {
    return this.source.read((db) => tilesAt(db, chainNo, wanted))
  }

  acceptedBefore(chainNo: number, start: number, end: number, acceptedBeforeMs: number): Promise<number> {
    return this.source.read((db) => countAcceptedBefore(db, chainNo, start, end, acceptedBeforeMs))
  }
}
