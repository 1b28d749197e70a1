import { HASH_BYTES, nobleSha256, nodeHash, type Sha256 } from './hash.ts'
import { MerkleError } from './merkleError.ts'
import { completeNodes, type LeafRange, type TreeNode } from './subtree.ts'
import { TILE_HEIGHT, TILE_WIDTH, tileWidth } from './tiles.ts'

/** Where tiles come from: a database, a folder, an HTTP server. */
export interface TileReader {
  /** `width` × 32 bytes. A reader that has only a wider version of the tile gives its first `width` hashes. */
  readTile(level: number, index: number, width: number): Uint8Array | Promise<Uint8Array>
}

/** Asks for each tile once: the eight levels inside a tile would each read it. For one proof, not as a cache. */
export function readingOnce(reader: TileReader): TileReader {
  const read = new Map<string, Uint8Array | Promise<Uint8Array>>()
  return {
    readTile(level, index, width) {
      const name = `${level}/${index}/${width}`
      const tile = read.get(name) ?? reader.readTile(level, index, width)
      read.set(name, tile)
      return tile
    },
  }
}

/** The hash of a node that is complete in the tree of this size. Levels between those of the tiles are hashed anew from the tile. */
export async function hashAt(node: TreeNode, size: number, reader: TileReader, sha256: Sha256 = nobleSha256): Promise<Uint8Array> {
  requireComplete(node, size)
  const tileLevel = Math.floor(node.level / TILE_HEIGHT)
  const width = 2 ** (node.level % TILE_HEIGHT)
  const first = node.index * width
  const tile = await readChecked(reader, tileLevel, Math.floor(first / TILE_WIDTH), size)
  return perfectRoot(tile, first % TILE_WIDTH, width, sha256)
}

/** MTH(D[from:to]) for a range of a proof in the tree of this size. */
export async function rangeHash(range: LeafRange, size: number, reader: TileReader, sha256: Sha256 = nobleSha256): Promise<Uint8Array> {
  const hashes = await Promise.all(completeNodes(range).map((node) => hashAt(node, size, reader, sha256)))
  return hashes.reduceRight((right, left) => nodeHash(left, right, sha256))
}

/** A width that does not fit is storage gone wrong, never a proof that looks made. */
async function readChecked(reader: TileReader, level: number, index: number, size: number): Promise<Uint8Array> {
  const width = tileWidth(level, index, size)
  const tile = await reader.readTile(level, index, width)
  if (tile.length === width * HASH_BYTES) return tile
  throw new MerkleError('tile-corrupt', `tile ${level}/${index} of width ${width} has ${width * HASH_BYTES} bytes, not ${tile.length}`)
}

/** The root over `width` (a power of two) hashes of a tile. */
function perfectRoot(tile: Uint8Array, from: number, width: number, sha256: Sha256): Uint8Array {
  if (width === 1) return tile.subarray(from * HASH_BYTES, (from + 1) * HASH_BYTES)
  const half = width / 2
  return nodeHash(perfectRoot(tile, from, half, sha256), perfectRoot(tile, from + half, half, sha256), sha256)
}

function requireComplete({ level, index }: TreeNode, size: number): void {
  const inRange = [level, index, size].every((value) => Number.isSafeInteger(value) && value >= 0) && (index + 1) * 2 ** level <= size
  if (!inRange) throw new MerkleError('out-of-range', `node ${index} of level ${level} is not complete in a tree of size ${size}`)
}
