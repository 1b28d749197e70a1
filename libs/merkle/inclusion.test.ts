import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { leafHash, sameHash } from './hash.ts'
import { inclusionProof, rootFromInclusion, verifyInclusion, type InclusionClaim } from './inclusion.ts'
import { MemoryTree } from './memoryTree.ts'
import { mth, nativeSha256, path, someLeaves } from './rfc9162.fixture.ts'
import { trees } from './vectors.fixture.ts'

const MAX_SIZE = 70_000
const leaves = someLeaves(MAX_SIZE)
const tree = new MemoryTree(nativeSha256)
for (const leaf of leaves) tree.append(leaf)

const leafOf = fc.integer({ min: 1, max: MAX_SIZE }).chain((size) => fc.record({ size: fc.constant(size), index: fc.nat(size - 1) }))
const EMPTY = new Uint8Array(0)

async function claimOf({ index, size }: { index: number; size: number }): Promise<InclusionClaim> {
  const proof = await inclusionProof(index, size, tree, nativeSha256)
  return { leafHash: leaves[index] ?? EMPTY, index, size, path: proof, root: mth(leaves.slice(0, size)) }
}

describe('against the recursive definition of RFC 9162', () => {
  it('makes the same path and root, for random trees of up to 70,000 leaves', async () => {
    await fc.assert(
      fc.asyncProperty(leafOf, async ({ size, index }) => {
        const claim = await claimOf({ size, index })
        expect(claim.path.map((hash) => Buffer.from(hash))).toEqual(path(index, leaves.slice(0, size)).map((hash) => Buffer.from(hash)))
        expect(verifyInclusion(claim, nativeSha256)).toBe(true)
      }),
      { numRuns: 15 },
    )
  })

  it('makes the same path for every leaf of every tree of up to 40 leaves, and around a full tile', async () => {
    const sizes = [...Array.from({ length: 40 }, (_, at) => at + 1), 255, 256, 257, 511, 513]
    for (const size of sizes) {
      const some = leaves.slice(0, size)
      const indices = size <= 40 ? some.keys() : [0, 1, 127, 128, 254, size - 2, size - 1]
      for (const index of indices) expect((await inclusionProof(index, size, tree)).every((hash, at) => sameHash(hash, path(index, some)[at] ?? EMPTY))).toBe(true)
    }
  })
})

it('agrees with the proofs of Certificate Transparency', async () => {
  const reference = new MemoryTree()
  for (const entry of trees.entries) reference.append(leafHash(entry))
  for (const { index, size, path: expected } of trees.inclusion) {
    expect(await inclusionProof(index, size, reference)).toEqual(expected)
    const claim = { leafHash: leafHash(trees.entries[index] ?? EMPTY), index, size, path: expected, root: trees.roots[size] ?? EMPTY }
    expect(verifyInclusion(claim)).toBe(true)
  }
})

describe('refuses', () => {
  const changes: Record<string, (claim: InclusionClaim) => InclusionClaim> = {
    'the next index': (claim) => ({ ...claim, index: claim.index + 1 }),
    'another index of the same tree': (claim) => ({ ...claim, index: (claim.index + 1) % claim.size }),
    'an index beyond the tree': (claim) => ({ ...claim, index: claim.size }),
    'a negative index': (claim) => ({ ...claim, index: -1 }),
    'an index that is not whole': (claim) => ({ ...claim, index: claim.index + 0.5 }),
    'an index that is no number': (claim) => ({ ...claim, index: Number.NaN }),
    'size 0': (claim) => ({ ...claim, size: 0 }),
    'an unsafe size': (claim) => ({ ...claim, size: 2 ** 53 }),
    'an endless size': (claim) => ({ ...claim, size: Number.POSITIVE_INFINITY }),
    'twice the size': (claim) => ({ ...claim, size: claim.size * 2 }),
    'an extra element at the end': (claim) => ({ ...claim, path: [...claim.path, claim.root] }),
    'an extra element at the start': (claim) => ({ ...claim, path: [claim.leafHash, ...claim.path] }),
    'a missing last element': (claim) => ({ ...claim, path: claim.path.slice(0, -1) }),
    'a missing first element': (claim) => ({ ...claim, path: claim.path.slice(1) }),
    'an empty element': (claim) => ({ ...claim, path: [...claim.path.slice(1), EMPTY] }),
    'another leaf': (claim) => ({ ...claim, leafHash: leafHash(claim.leafHash) }),
    'an empty leaf hash': (claim) => ({ ...claim, leafHash: EMPTY }),
    'another root': (claim) => ({ ...claim, root: leafHash(claim.root) }),
    'a root cut short': (claim) => ({ ...claim, root: claim.root.slice(0, 31) }),
    'an empty root': (claim) => ({ ...claim, root: EMPTY }),
    'an inner node as leaf': (claim) => ({ ...claim, leafHash: claim.root, index: 0, size: claim.size, path: [] }),
  }

  it.each(Object.keys(changes))('%s', async (change) => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 1_000 }), fc.nat(), async (size, at) => {
        const claim = await claimOf({ size, index: at % size })
        expect(verifyInclusion(claim)).toBe(true)
        const changed = changes[change]?.(claim) ?? claim
        expect(verifyInclusion(changed)).toBe(false)
      }),
      { numRuns: 15 },
    )
  })

  it('any bit changed in any element', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 1_000 }), fc.nat(), fc.nat(), fc.nat(255), async (size, at, element, bit) => {
        const claim = await claimOf({ size, index: at % size })
        const changed = claim.path.map((hash) => Uint8Array.from(hash))
        const hash = changed[element % changed.length] ?? EMPTY
        hash[bit >> 3] = (hash[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        expect(verifyInclusion({ ...claim, path: changed })).toBe(false)
      }),
      { numRuns: 40 },
    )
  })

  it('to make a proof for a leaf that the tree does not have', async () => {
    for (const [index, size] of [[0, 0], [5, 5], [-1, 5], [1.5, 5], [0, 2 ** 53]] as const) {
      await expect(inclusionProof(index, size, tree)).rejects.toMatchObject({ code: 'out-of-range' })
    }
  })
})

it('says which root a path leads to, and none for a path of another shape', async () => {
  const claim = await claimOf({ index: 3, size: 11 })
  expect(rootFromInclusion(claim.leafHash, 3, 11, claim.path)).toEqual(new Uint8Array(claim.root))
  expect(rootFromInclusion(claim.leafHash, 3, 11, [])).toBeUndefined()
})

it('walks a tree of nearly 2^53 leaves without trouble', () => {
  const [leaf, sibling] = [leaves[0] ?? EMPTY, leaves[1] ?? EMPTY]
  const root = rootFromInclusion(leaf, 0, Number.MAX_SAFE_INTEGER, Array.from({ length: 53 }, () => sibling))
  expect(root).toHaveLength(32)
  expect(rootFromInclusion(leaf, Number.MAX_SAFE_INTEGER - 1, Number.MAX_SAFE_INTEGER, Array.from({ length: 52 }, () => sibling))).toHaveLength(32)
})
