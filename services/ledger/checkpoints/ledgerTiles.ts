import { HASH_BYTES, inclusionProof, rootFromInclusion, type TileReader } from '@brume/merkle'
import type { EntryStatements } from '../sequence/entryStatements.ts'
import { nativeSha256 } from '../sequence/nativeSha256.ts'

/** The stored tiles of one ledger. A partial tile is a prefix of what is stored: tiles only ever grow. */
export class LedgerTiles implements TileReader {
  constructor(private readonly statements: EntryStatements, private readonly chainNo: number) {}

  readTile(level: number, index: number, width: number): Uint8Array {
    const tile = this.statements.tile(this.chainNo, level, index)
    return tile?.subarray(0, width * HASH_BYTES) ?? new Uint8Array()
  }

  inclusion(index: number, size: number): Promise<Uint8Array[]> {
    return inclusionProof(index, size, this, nativeSha256)
  }

  /** The root that the ledger had at an earlier size: the root of the proof of its last leaf. */
  async rootAt(size: number): Promise<Uint8Array | undefined> {
    const last = this.statements.entryAt(this.chainNo, size - 1)
    return last && rootFromInclusion(last.leafHash, size - 1, size, await this.inclusion(size - 1, size), nativeSha256)
  }
}
