import { describe, expect, it } from 'vitest'
import { EMPTY_ROOT, leafHash, nodeHash, sameHash } from './hash.ts'
import { nativeSha256 } from './rfc9162.fixture.ts'
import { trees } from './vectors.fixture.ts'

describe.each([['noble', undefined], ['native', nativeSha256]] as const)('hashing with the %s SHA-256', (_, sha256) => {
  it('agrees with the leaf hashes of Certificate Transparency', () => {
    for (const vector of trees.leafHashes) expect(sameHash(leafHash(vector.entry, sha256), vector.leafHash)).toBe(true)
  })

  it('joins two leaves to the root of size 2', () => {
    const [left, right] = trees.entries.map((entry) => leafHash(entry, sha256))
    if (left === undefined || right === undefined) throw new Error('the vectors have eight entries')
    expect(sameHash(nodeHash(left, right, sha256), trees.roots[2] ?? EMPTY_ROOT)).toBe(true)
  })
})

it('has the root of the empty tree', () => {
  expect(EMPTY_ROOT).toEqual(trees.roots[0])
})

it('tells an entry that looks like an inner node from that node', () => {
  const [left, right] = [leafHash(Uint8Array.of(1)), leafHash(Uint8Array.of(2))]
  expect(sameHash(leafHash(Buffer.concat([left, right])), nodeHash(left, right))).toBe(false)
})

it.each([0, 31, 33])('joins no hash of %i bytes', (length) => {
  expect(() => nodeHash(EMPTY_ROOT, new Uint8Array(length))).toThrow(expect.objectContaining({ code: 'hash-length' }))
  expect(() => nodeHash(new Uint8Array(length), EMPTY_ROOT)).toThrow(expect.objectContaining({ code: 'hash-length' }))
})
