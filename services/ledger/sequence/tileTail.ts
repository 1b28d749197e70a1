import { TILE_WIDTH } from '@brume/merkle'

const HASH_BYTES = 32
const TILE_HEIGHT = 8

export interface StoreTile {
  (level: number, index: number, hashes: Uint8Array): void
}

interface Tail {
  readonly index: number
  width: number
  readonly hashes: Buffer
  changed: boolean
}

/** The right-most tile of each tile level, filled as nodes become complete and written once per batch. */
export class TileTail {
  private readonly tails: Tail[] = []

  /** @param read the stored tile of a level and index: the partial ones of a tree of `size` leaves are taken up again */
  static async restore(size: number, read: (level: number, index: number) => Promise<Uint8Array | undefined>): Promise<TileTail> {
    const tail = new TileTail()
    for (let level = 0, nodes = size; nodes > 0; level++, nodes = Math.floor(nodes / TILE_WIDTH)) {
      const index = Math.floor(nodes / TILE_WIDTH)
      const stored = nodes % TILE_WIDTH === 0 ? undefined : await read(level, index)
      tail.tails[level] = newTail(index, stored)
    }
    return tail
  }

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
    const fresh = newTail(index)
    this.tails[level] = fresh
    return fresh
  }
}

/** A buffer of its own for each tile: what was handed to be stored never changes. */
function newTail(index: number, stored?: Uint8Array): Tail {
  const hashes = Buffer.alloc(TILE_WIDTH * HASH_BYTES)
  hashes.set(stored ?? [])
  return { index, width: 0, hashes, changed: false }
}

function flush(level: number, tail: Tail, store: StoreTile): void {
  if (!tail.changed) return
  store(level, tail.index, tail.hashes.subarray(0, tail.width * HASH_BYTES))
  tail.changed = false
}
