import { HASH_BYTES, inclusionProof, rootFromInclusion, type TileReader } from '@brume/merkle'
import { nativeSha256 } from '../sequence/nativeSha256.ts'
import type { LedgerReader } from '../store/ledgerStore.ts'

/** The stored tiles of one ledger. A partial tile is a prefix of what is stored: tiles only ever grow. */
export class LedgerTiles implements TileReader {
  constructor(private readonly reader: LedgerReader, private readonly chainNo: number) {}

  async readTile(level: number, index: number, width: number): Promise<Uint8Array> {
    const tile = await this.reader.tile(this.chainNo, level, index)
    return tile?.subarray(0, width * HASH_BYTES) ?? new Uint8Array()
  }

  inclusion(index: number, size: number): Promise<Uint8Array[]> {
    return inclusionProof(index, size, this, nativeSha256)
  }

  /** The root that the ledger had at an earlier size: the root of the proof of its last leaf. */
  async rootAt(size: number): Promise<Uint8Array | undefined> {
    const last = await this.reader.entryAt(this.chainNo, size - 1)
    return last && rootFromInclusion(last.leafHash, size - 1, size, await this.inclusion(size - 1, size), nativeSha256)
  }
}
