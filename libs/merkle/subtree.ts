/**
 * Which subtrees a proof is made of, by RFC 9162, sections 2.1.3.1 and 2.1.4.1. Making and checking a proof both walk these ranges: the
 * maker hashes them, the checker takes the hashes from the proof and joins them. Pure arithmetic; at most 53 ranges, since sizes are safe
 * integers.
 */

/** The leaves D[from:to] of RFC 9162. */
export interface LeafRange {
  readonly from: number
  readonly to: number
}

/** The siblings on the way from leaf `index` up to the root, lowest first: PATH(index, D[0:size]). */
export function inclusionRanges(index: number, size: number): LeafRange[] {
  const siblings: LeafRange[] = []
  let range: LeafRange = { from: 0, to: size }
  while (range.to - range.from > 1) {
    const { left, right } = split(range)
    siblings.push(index < right.from ? right : left)
    range = index < right.from ? left : right
  }
  return siblings.reverse()
}

export interface ConsistencyRanges {
  /** The largest subtree that is whole in both trees and ends with the old one. */
  readonly shared: LeafRange
  /** What joins it to the two roots, lowest first: left siblings belong to both trees, right ones only to the new tree. */
  readonly siblings: readonly LeafRange[]
}

/** PROOF(oldSize, D[0:newSize]), for 0 < oldSize ≤ newSize. */
export function consistencyRanges(oldSize: number, newSize: number): ConsistencyRanges {
  const siblings: LeafRange[] = []
  let shared: LeafRange = { from: 0, to: newSize }
  while (shared.to !== oldSize) {
    const { left, right } = split(shared)
    siblings.push(oldSize <= right.from ? right : left)
    shared = oldSize <= right.from ? left : right
  }
  return { shared, siblings: siblings.reverse() }
}

/** A complete subtree: `index` counts from the left within the level; it has 2^level leaves. */
export interface TreeNode {
  readonly level: number
  readonly index: number
}

/** The complete subtrees that a range of a proof consists of, largest first. Such a range starts at a multiple of its size, rounded up to a power of two. */
export function completeNodes(range: LeafRange): TreeNode[] {
  const nodes: TreeNode[] = []
  for (let from = range.from; from < range.to; ) {
    const level = bitLength(range.to - from) - 1
    nodes.push({ level, index: from / 2 ** level })
    from += 2 ** level
  }
  return nodes
}

/** The left part has the largest power of two below the size (RFC 9162, section 2.1.1). */
function split(range: LeafRange): { left: LeafRange; right: LeafRange } {
  const middle = range.from + 2 ** (bitLength(range.to - range.from - 1) - 1)
  return { left: { from: range.from, to: middle }, right: { from: middle, to: range.to } }
}

/** Not by `Math.log2`, which rounds up just below 2^53. */
function bitLength(value: number): number {
  const high = Math.floor(value / 2 ** 32)
  return high > 0 ? 64 - Math.clz32(high) : 32 - Math.clz32(value)
}
