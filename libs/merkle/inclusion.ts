import { isHash, nobleSha256, nodeHash, sameHash, type Sha256 } from './hash.ts'
import { MerkleError } from './merkleError.ts'
import { inclusionRanges } from './subtree.ts'
import { rangeHash, readingOnce, type TileReader } from './tileReader.ts'

/** The hashes from the sibling of leaf `index` up to the child of the root (RFC 9162, section 2.1.3.1). */
export async function inclusionProof(index: number, size: number, reader: TileReader, sha256: Sha256 = nobleSha256): Promise<Uint8Array[]> {
  if (!isIndexOf(index, size)) throw new MerkleError('out-of-range', `a tree of size ${size} has no leaf ${index}`)
  const tiles = readingOnce(reader)
  return Promise.all(inclusionRanges(index, size).map((range) => rangeHash(range, size, tiles, sha256)))
}

/** The root that the path leads to, or `undefined` when no tree of this size can have such a path (RFC 9162, section 2.1.3.2). */
export function rootFromInclusion(leafHash: Uint8Array, index: number, size: number, path: readonly Uint8Array[], sha256: Sha256 = nobleSha256): Uint8Array | undefined {
  if (!isIndexOf(index, size) || !isHash(leafHash) || !path.every(isHash)) return undefined
  const siblings = inclusionRanges(index, size)
  if (siblings.length !== path.length) return undefined
  return path.reduce((hash, sibling, at) => {
    const isLeft = (siblings[at]?.from ?? 0) < index
    return isLeft ? nodeHash(sibling, hash, sha256) : nodeHash(hash, sibling, sha256)
  }, leafHash)
}

export interface InclusionClaim {
  readonly leafHash: Uint8Array
  readonly index: number
  readonly size: number
  readonly path: readonly Uint8Array[]
  readonly root: Uint8Array
}

/** True only if the leaf stands at this index of the tree of this size and root. Takes any input, throws for none. */
export function verifyInclusion({ leafHash, index, size, path, root }: InclusionClaim, sha256: Sha256 = nobleSha256): boolean {
  const found = rootFromInclusion(leafHash, index, size, path, sha256)
  return found !== undefined && sameHash(found, root)
}

function isIndexOf(index: number, size: number): boolean {
  return Number.isSafeInteger(index) && Number.isSafeInteger(size) && index >= 0 && index < size
}
