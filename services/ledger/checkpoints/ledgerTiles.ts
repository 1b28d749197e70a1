import { HASH_BYTES, inclusionProof, rootFromInclusion, type TileReader } from '@brume/merkle'
import { nativeSha256 } from '../sequence/nativeSha256.ts'
import type { LedgerReader, TilePlace } from '../store/ledgerStore.ts'

interface WaitingTile extends TilePlace {
  readonly width: number
  readonly resolve: (tile: Uint8Array) => void
  readonly reject: (error: unknown) => void
}

/**
 * The stored tiles of one ledger. A partial tile is a prefix of what is stored: tiles only ever grow. What is asked for in one turn, such as all the tiles of a
 * proof, is one question to the database.
 */
export class LedgerTiles implements TileReader {
  private waiting: WaitingTile[] = []

  constructor(private readonly reader: LedgerReader, private readonly chainNo: number) {}

  readTile(level: number, index: number, width: number): Promise<Uint8Array> {
    if (this.waiting.length === 0) queueMicrotask(() => void this.ask())
    return new Promise((resolve, reject) => this.waiting.push({ level, index, width, resolve, reject }))
  }

  inclusion(index: number, size: number): Promise<Uint8Array[]> {
    return inclusionProof(index, size, this, nativeSha256)
  }

  /** The root that the ledger had at an earlier size: the root of the proof of its last leaf. */
  async rootAt(size: number): Promise<Uint8Array | undefined> {
    const last = await this.reader.entryAt(this.chainNo, size - 1)
    return last && rootFromInclusion(last.leafHash, size - 1, size, await this.inclusion(size - 1, size), nativeSha256)
  }

  private async ask(): Promise<void> {
    const waiting = this.waiting
    this.waiting = []
    const places = new Map(waiting.map(({ level, index }) => [`${level}/${index}`, { level, index }]))
    try {
      const tiles = await this.reader.tiles(this.chainNo, [...places.values()])
      const byName = new Map([...places.keys()].map((name, i) => [name, tiles[i]]))
      for (const { level, index, width, resolve } of waiting) resolve(byName.get(`${level}/${index}`)?.subarray(0, width * HASH_BYTES) ?? new Uint8Array())
    } catch (error) {
      for (const { reject } of waiting) reject(error)
    }
  }
}
