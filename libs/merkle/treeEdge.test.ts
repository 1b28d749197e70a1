import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EMPTY_ROOT, leafHash, sameHash } from './hash.ts'
import { mth, nativeSha256, someLeaves } from './rfc9162.fixture.ts'
import { TreeEdge } from './treeEdge.ts'
import { trees } from './vectors.fixture.ts'

function edgeOf(leaves: readonly Uint8Array[]): TreeEdge {
  const edge = TreeEdge.empty(nativeSha256)
  for (const leaf of leaves) edge.append(leaf)
  return edge
}

const corrupt = expect.objectContaining({ code: 'edge-corrupt' })

it('has the roots of the Certificate Transparency reference trees', () => {
  const edge = TreeEdge.empty()
  expect(edge.root()).toEqual(trees.roots[0])
  trees.entries.forEach((entry, index) => {
    edge.append(leafHash(entry))
    expect(edge.root()).toEqual(trees.roots[index + 1])
  })
})

it('has the root that RFC 9162 defines, at every size up to 600', () => {
  const leaves = someLeaves(600)
  const edge = TreeEdge.empty(nativeSha256)
  leaves.forEach((leaf, index) => {
    edge.append(leaf)
    expect(sameHash(edge.root(), mth(leaves.slice(0, index + 1)))).toBe(true)
  })
})

it('tells of every complete node once, when its last leaf comes, with the hash of its leaves', () => {
  const leaves = someLeaves(300)
  const edge = TreeEdge.empty(nativeSha256)
  const seen = new Set<string>()
  leaves.forEach((leaf, at) => {
    edge.append(leaf, (level, index, hash) => {
      expect(seen.has(`${level}/${index}`)).toBe(false)
      seen.add(`${level}/${index}`)
      expect((index + 1) * 2 ** level).toBe(at + 1)
      expect(sameHash(hash, mth(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level)))).toBe(true)
    })
  })
  const complete = Array.from({ length: 9 }, (_, level) => Math.floor(300 / 2 ** level)).reduce((sum, nodes) => sum + nodes, 0)
  expect(seen.size).toBe(complete)
})

describe('bytes', () => {
  it('go on where the edge that wrote them stood', () => {
    fc.assert(
      fc.property(fc.nat(1_100), fc.nat(200), (before, after) => {
        const leaves = someLeaves(before + after)
        const edge = TreeEdge.fromBytes(edgeOf(leaves.slice(0, before)).toBytes(), nativeSha256)
        for (const leaf of leaves.slice(before)) edge.append(leaf)
        return edge.size === leaves.length && sameHash(edge.root(), mth(leaves))
      }),
      { numRuns: 40 },
    )
  })

  it('are the size and a hash for each set bit', () => {
    expect(TreeEdge.empty().toBytes()).toEqual(new Uint8Array(8))
    expect(edgeOf(someLeaves(0b1011)).toBytes().length).toBe(8 + 3 * 32)
    expect(edgeOf(someLeaves(0b1011)).toBytes().slice(0, 8)).toEqual(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0b1011))
  })

  it('may lie anywhere in a larger buffer, and are copied', () => {
    const row = Buffer.concat([Buffer.alloc(5), edgeOf(someLeaves(3)).toBytes()])
    const edge = TreeEdge.fromBytes(row.subarray(5))
    row.fill(0)
    expect(sameHash(edge.root(), mth(someLeaves(3)))).toBe(true)
  })

  it('of a size beyond 32 bits keep it', () => {
    const bytes = new Uint8Array(8 + 32)
    new DataView(bytes.buffer).setBigUint64(0, 2n ** 40n)
    const edge = TreeEdge.fromBytes(bytes)
    edge.append(EMPTY_ROOT, (level, index) => expect([level, index]).toEqual([0, 2 ** 40]))
    expect(edge.size).toBe(2 ** 40 + 1)
    expect(edge.toBytes().length).toBe(8 + 2 * 32)
  })

  it.each([
    ['too short for a size', new Uint8Array(7)],
    ['a hash too few', edgeOf(someLeaves(3)).toBytes().slice(0, -32)],
    ['a byte too few', edgeOf(someLeaves(3)).toBytes().slice(0, -1)],
    ['a byte too many', new Uint8Array([...edgeOf(someLeaves(3)).toBytes(), 0])],
    ['a size above 2^53 - 1', new Uint8Array(8 + 64 * 32).fill(255)],
  ])('are refused: %s', (_, bytes) => {
    expect(() => TreeEdge.fromBytes(bytes)).toThrow(corrupt)
  })
})

it('leaves the original as it was when a copy is appended to', () => {
  const edge = edgeOf(someLeaves(5))
  const copy = edge.clone()
  for (const leaf of someLeaves(20)) copy.append(leaf)
  expect([edge.size, copy.size]).toEqual([5, 25])
  expect(sameHash(edge.root(), mth(someLeaves(5)))).toBe(true)
})

it('takes no leaf hash of another length', () => {
  expect(() => TreeEdge.empty().append(new Uint8Array(31))).toThrow(expect.objectContaining({ code: 'hash-length' }))
})
