import { HASH_BYTES, nobleSha256, type Sha256 } from './hash.ts'
import { MerkleError } from './merkleError.ts'
import { TreeEdge } from './treeEdge.ts'
import type { TileReader } from './tileReader.ts'
import { TILE_HEIGHT, TILE_WIDTH } from './tiles.ts'

/** A tree with all its tiles in memory (about 32 bytes a leaf), for who rebuilds a ledger from its entries, as `fsck` does. */
export class MemoryTree implements TileReader {
  readonly #edge: TreeEdge
  readonly #levels: Uint8Array[][] = []

  constructor(sha256: Sha256 = nobleSha256) {
    this.#edge = TreeEdge.empty(sha256)
  }

  get size(): number {
    return this.#edge.size
  }

  root(): Uint8Array {
    return this.#edge.root()
  }

  append(leafHash: Uint8Array): void {
    this.#edge.append(leafHash, (level, index, hash) => {
      if (level % TILE_HEIGHT === 0) this.#store(level / TILE_HEIGHT, index, hash)
    })
  }

  readTile(level: number, index: number, width: number): Uint8Array {
    const tile = this.#levels[level]?.[index]
    if (tile === undefined) throw new MerkleError('out-of-range', `there is no tile ${level}/${index}`)
    return tile.subarray(0, width * HASH_BYTES)
  }

  #store(level: number, index: number, hash: Uint8Array): void {
    const tiles = (this.#levels[level] ??= [])
    const tile = (tiles[Math.floor(index / TILE_WIDTH)] ??= new Uint8Array(TILE_WIDTH * HASH_BYTES))
    tile.set(hash, (index % TILE_WIDTH) * HASH_BYTES)
  }
}
