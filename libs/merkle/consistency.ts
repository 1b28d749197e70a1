import { isHash, nobleSha256, nodeHash, sameHash, type Sha256 } from './hash.ts'
import { MerkleError } from './merkleError.ts'
import { consistencyRanges, type LeafRange } from './subtree.ts'
import { rangeHash, readingOnce, type TileReader } from './tileReader.ts'

/** Shows that the tree of `oldSize` is the start of the tree of `newSize` (RFC 9162, section 2.1.4.1), for 0 < oldSize ≤ newSize. */
export async function consistencyProof(oldSize: number, newSize: number, reader: TileReader, sha256: Sha256 = nobleSha256): Promise<Uint8Array[]> {
  if (!areSizes(oldSize, newSize)) throw new MerkleError('out-of-range', `no consistency proof leads from size ${oldSize} to size ${newSize}`)
  const { shared, siblings } = consistencyRanges(oldSize, newSize)
  const ranges = isWholeTree(shared, oldSize) ? siblings : [shared, ...siblings]
  const tiles = readingOnce(reader)
  return Promise.all(ranges.map((range) => rangeHash(range, newSize, tiles, sha256)))
}

export interface ConsistencyClaim {
  readonly oldSize: number
  readonly oldRoot: Uint8Array
  readonly newSize: number
  readonly newRoot: Uint8Array
  readonly path: readonly Uint8Array[]
}

/**
 * True only if the path leads to both roots. A claim about the empty tree is refused: it says nothing (RFC 9162 has 0 < m).
 * Takes any input, throws for none.
 */
export function verifyConsistency({ oldSize, oldRoot, newSize, newRoot, path }: ConsistencyClaim, sha256: Sha256 = nobleSha256): boolean {
  if (!areSizes(oldSize, newSize) || ![oldRoot, newRoot, ...path].every(isHash)) return false
  const { shared, siblings } = consistencyRanges(oldSize, newSize)
  // The proof leaves out the shared subtree when it is the whole old tree: the checker has its hash already.
  const [start, ...joining] = isWholeTree(shared, oldSize) ? [oldRoot, ...path] : path
  if (start === undefined || joining.length !== siblings.length) return false
  const roots = joinRoots(start, shared, siblings, joining, sha256)
  return sameHash(roots.oldRoot, oldRoot) && sameHash(roots.newRoot, newRoot)
}

function joinRoots(start: Uint8Array, shared: LeafRange, siblings: readonly LeafRange[], joining: readonly Uint8Array[], sha256: Sha256) {
  const roots = { oldRoot: start, newRoot: start }
  siblings.forEach((sibling, at) => {
    const hash = joining[at]
    if (hash === undefined) return // the caller compared the lengths
    if (sibling.from < shared.from) roots.oldRoot = nodeHash(hash, roots.oldRoot, sha256)
    roots.newRoot = sibling.from < shared.from ? nodeHash(hash, roots.newRoot, sha256) : nodeHash(roots.newRoot, hash, sha256)
  })
  return roots
}

function isWholeTree(shared: LeafRange, oldSize: number): boolean {
  return shared.from === 0 && shared.to === oldSize
}

function areSizes(oldSize: number, newSize: number): boolean {
  return Number.isSafeInteger(oldSize) && Number.isSafeInteger(newSize) && oldSize > 0 && oldSize <= newSize
}
