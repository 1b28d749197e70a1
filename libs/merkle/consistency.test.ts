import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { consistencyProof, verifyConsistency, type ConsistencyClaim } from './consistency.ts'
import { EMPTY_ROOT, leafHash, sameHash } from './hash.ts'
import { MemoryTree } from './memoryTree.ts'
import { mth, nativeSha256, proof, someLeaves } from './rfc9162.fixture.ts'
import { trees } from './vectors.fixture.ts'

const MAX_SIZE = 70_000
const leaves = someLeaves(MAX_SIZE)
const tree = new MemoryTree(nativeSha256)
for (const leaf of leaves) tree.append(leaf)

const EMPTY = new Uint8Array(0)
const sizesUpTo = (max: number) => fc.integer({ min: 1, max }).chain((newSize) => fc.record({ newSize: fc.constant(newSize), oldSize: fc.integer({ min: 1, max: newSize }) }))

async function claimOf({ oldSize, newSize }: { oldSize: number; newSize: number }): Promise<ConsistencyClaim> {
  const path = await consistencyProof(oldSize, newSize, tree, nativeSha256)
  return { oldSize, oldRoot: mth(leaves.slice(0, oldSize)), newSize, newRoot: mth(leaves.slice(0, newSize)), path }
}

describe('against the recursive definition of RFC 9162', () => {
  it('makes the same proof, for random trees of up to 70,000 leaves', async () => {
    await fc.assert(
      fc.asyncProperty(sizesUpTo(MAX_SIZE), async (sizes) => {
        const claim = await claimOf(sizes)
        expect(claim.path.map((hash) => Buffer.from(hash))).toEqual(proof(sizes.oldSize, leaves.slice(0, sizes.newSize)).map((hash) => Buffer.from(hash)))
        expect(verifyConsistency(claim, nativeSha256)).toBe(true)
      }),
      { numRuns: 15 },
    )
  })

  it('makes and accepts the same proof for every pair of sizes up to 33', async () => {
    for (let newSize = 1; newSize <= 33; newSize++) {
      for (let oldSize = 1; oldSize <= newSize; oldSize++) {
        const claim = await claimOf({ oldSize, newSize })
        const expected = proof(oldSize, leaves.slice(0, newSize))
        expect(claim.path.length).toBe(expected.length)
        expect(claim.path.every((hash, at) => sameHash(hash, expected[at] ?? EMPTY))).toBe(true)
        expect(verifyConsistency(claim)).toBe(true)
      }
    }
  })
})

it('agrees with the proofs of Certificate Transparency', async () => {
  const reference = new MemoryTree()
  for (const entry of trees.entries) reference.append(leafHash(entry))
  for (const { oldSize, newSize, path } of trees.consistency) {
    expect(await consistencyProof(oldSize, newSize, reference)).toEqual(path)
    expect(verifyConsistency({ oldSize, oldRoot: trees.roots[oldSize] ?? EMPTY, newSize, newRoot: trees.roots[newSize] ?? EMPTY, path })).toBe(true)
  }
})

describe('refuses', () => {
  const changes: Record<string, (claim: ConsistencyClaim) => ConsistencyClaim> = {
    'another old root': (claim) => ({ ...claim, oldRoot: leafHash(claim.oldRoot) }),
    'another new root': (claim) => ({ ...claim, newRoot: leafHash(claim.newRoot) }),
    'the roots the other way round': (claim) => ({ ...claim, oldRoot: claim.newRoot, newRoot: claim.oldRoot }),
    'a root cut short': (claim) => ({ ...claim, newRoot: claim.newRoot.slice(0, 31) }),
    'an empty old root': (claim) => ({ ...claim, oldRoot: EMPTY }),
    'sizes the other way round': (claim) => ({ ...claim, oldSize: claim.newSize, newSize: claim.oldSize }),
    'old size 0': (claim) => ({ ...claim, oldSize: 0 }),
    'the empty tree as the start of any': (claim) => ({ ...claim, oldSize: 0, oldRoot: EMPTY_ROOT, path: [] }),
    'a negative size': (claim) => ({ ...claim, oldSize: -claim.oldSize }),
    'a size that is not whole': (claim) => ({ ...claim, oldSize: claim.oldSize - 0.5 }),
    'an unsafe size': (claim) => ({ ...claim, newSize: 2 ** 53 }),
    'twice the new size': (claim) => ({ ...claim, newSize: claim.newSize * 2 }),
    'an extra element at the end': (claim) => ({ ...claim, path: [...claim.path, claim.newRoot] }),
    'an extra element at the start': (claim) => ({ ...claim, path: [claim.oldRoot, ...claim.path] }),
    'a missing last element': (claim) => ({ ...claim, path: claim.path.slice(0, -1) }),
    'no element': (claim) => ({ ...claim, path: [] }),
    'an empty element': (claim) => ({ ...claim, path: [...claim.path.slice(1), EMPTY] }),
  }

  it.each(Object.keys(changes))('%s', async (change) => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 1_000 }), fc.nat(), async (newSize, at) => {
        const claim = await claimOf({ newSize, oldSize: 1 + (at % (newSize - 1)) })
        expect(verifyConsistency(claim)).toBe(true)
        const changed = changes[change]?.(claim) ?? claim
        expect(verifyConsistency(changed)).toBe(false)
      }),
      { numRuns: 15 },
    )
  })

  it('any bit changed in any element', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 1_000 }), fc.nat(), fc.nat(), fc.nat(255), async (newSize, at, element, bit) => {
        const claim = await claimOf({ newSize, oldSize: 1 + (at % (newSize - 1)) })
        const changed = claim.path.map((hash) => Uint8Array.from(hash))
        const hash = changed[element % changed.length] ?? EMPTY
        hash[bit >> 3] = (hash[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        expect(verifyConsistency({ ...claim, path: changed })).toBe(false)
      }),
      { numRuns: 40 },
    )
  })

  it('equal sizes with different roots', () => {
    const [one, other] = [mth(leaves.slice(0, 5)), mth(leaves.slice(1, 6))]
    expect(verifyConsistency({ oldSize: 5, oldRoot: one, newSize: 5, newRoot: other, path: [] })).toBe(false)
  })

  it('a tree in which an old leaf was exchanged', async () => {
    const forged = new MemoryTree(nativeSha256)
    leaves.slice(0, 20).forEach((leaf, at) => forged.append(at === 3 ? leafHash(leaf) : leaf))
    const path = await consistencyProof(7, 20, forged)
    expect(verifyConsistency({ oldSize: 7, oldRoot: mth(leaves.slice(0, 7)), newSize: 20, newRoot: forged.root(), path })).toBe(false)
  })

  it('to make a proof where there is none', async () => {
    for (const [oldSize, newSize] of [[0, 5], [6, 5], [-1, 5], [1.5, 5], [1, 2 ** 53]] as const) {
      await expect(consistencyProof(oldSize, newSize, tree)).rejects.toMatchObject({ code: 'out-of-range' })
    }
  })
})
