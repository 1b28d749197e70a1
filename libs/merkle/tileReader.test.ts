import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sameHash } from './hash.ts'
import { inclusionProof } from './inclusion.ts'
import { MemoryTree } from './memoryTree.ts'
import { mth, nativeSha256, someLeaves } from './rfc9162.fixture.ts'
import { hashAt, type TileReader } from './tileReader.ts'
import { tilePath, tilesOf } from './tiles.ts'

const SIZE = 66_000
const leaves = someLeaves(SIZE)
const tree = new MemoryTree(nativeSha256)
for (const leaf of leaves) tree.append(leaf)

it('holds in every tile the hashes that C2SP defines: MTH(D[(n·256+i)·256^l : (n·256+i+1)·256^l])', () => {
  for (const { level, index, width } of tilesOf(SIZE)) {
    const tile = tree.readTile(level, index, width)
    const span = 256 ** level
    expect(tile.length).toBe(width * 32)
    for (let i = 0; i < width; i++) {
      const at = (index * 256 + i) * span
      if (!sameHash(tile.subarray(i * 32, i * 32 + 32), mth(leaves.slice(at, at + span)))) expect.fail(`hash ${i} of ${tilePath(level, index, width)}`)
    }
  }
})

it('finds every complete node, also between the levels of the tiles', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(16), fc.nat(), async (level, at) => {
      const index = at % Math.floor(SIZE / 2 ** level)
      const hash = await hashAt({ level, index }, SIZE, tree, nativeSha256)
      expect(sameHash(hash, mth(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level)))).toBe(true)
    }),
    { numRuns: 60 },
  )
})

it.each([[0, SIZE], [16, 1], [-1, 0], [0, -1], [0.5, 0]])('has no node of level %d, index %d', async (level, index) => {
  await expect(hashAt({ level, index }, SIZE, tree)).rejects.toMatchObject({ code: 'out-of-range' })
})

describe('a proof', () => {
  function recording(size: number): { reader: TileReader; read: string[] } {
    const read: string[] = []
    const widths = new Set([...tilesOf(size)].map(({ level, index, width }) => tilePath(level, index, width)))
    const reader: TileReader = {
      async readTile(level, index, width) {
        const path = tilePath(level, index, width)
        if (!widths.has(path)) throw new Error(`${path} is not published for size ${size}`)
        read.push(path)
        return tree.readTile(level, index, width)
      },
    }
    return { reader, read }
  }

  it('reads only tiles that the checkpoint publishes, each once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: SIZE }), fc.nat(), async (size, at) => {
        const { reader, read } = recording(size)
        await inclusionProof(at % size, size, reader, nativeSha256)
        expect(new Set(read).size).toBe(read.length)
        expect(read.length).toBeLessThanOrEqual(6)
      }),
      { numRuns: 60 },
    )
  })

  it('is not made from a tile of the wrong length', async () => {
    const short: TileReader = { readTile: (level, index, width) => tree.readTile(level, index, width).subarray(1) }
    await expect(inclusionProof(0, 500, short)).rejects.toMatchObject({ code: 'tile-corrupt' })
  })
})
