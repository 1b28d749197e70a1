import { TILE_WIDTH } from '@brume/merkle'

const HASH_BYTES = 32
const TILE_HEIGHT = 8

export interface StoreTile {
  (level: number, index: number, hashes: Uint8Array): void
}

interface Tail {
  index: number
  width: number
  hashes: Buffer
  changed: boolean
}

/** The right-most tile of each tile level, filled as nodes become complete and written once per batch. */
export class TileTail {
  private readonly tails: Tail[] = []

  /** @param load reads the stored tile of a level and index; asked once per level, for the tail that a restart left */
  constructor(private readonly load: (level: number, index: number) => Buffer | undefined) {}

  /** A node of the tree is complete. Only nodes whose level is a multiple of 8 stand in tiles (C2SP tlog-tiles). */
  add(nodeLevel: number, nodeIndex: number, hash: Uint8Array, store: StoreTile): void {
    if (nodeLevel % TILE_HEIGHT !== 0) return
    const level = nodeLevel / TILE_HEIGHT
    const tail = this.tailFor(level, Math.floor(nodeIndex / TILE_WIDTH))
    tail.hashes.set(hash, (nodeIndex % TILE_WIDTH) * HASH_BYTES)
    tail.width = (nodeIndex % TILE_WIDTH) + 1
    tail.changed = true
    if (tail.width === TILE_WIDTH) flush(level, tail, store)
  }

  flush(store: StoreTile): void {
    this.tails.forEach((tail, level) => flush(level, tail, store))
  }

  private tailFor(level: number, index: number): Tail {
    const tail = this.tails[level]
    if (tail?.index === index) return tail
    const fresh = { index, width: 0, hashes: Buffer.alloc(TILE_WIDTH * HASH_BYTES), changed: false }
    this.load(level, index)?.copy(fresh.hashes)
    this.tails[level] = fresh
    return fresh
  }
}

function flush(level: number, tail: Tail, store: StoreTile): void {
  if (!tail.changed) return
  store(level, tail.index, tail.hashes.subarray(0, tail.width * HASH_BYTES))
  tail.changed = false
}
