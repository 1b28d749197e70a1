import { expect, it } from 'vitest'
import { appendNext, CHAIN, edgeOf, entryOf, OTHER_CHAIN, sha256, START_MS, withEntries } from './appends.fixture.ts'
import type { OpenStore } from './storeUnderTest.fixture.ts'

const allBytes = Uint8Array.from({ length: 256 }, (_, i) => i)
/** The longest entry of a tlog-tiles bundle. */
const longest = Buffer.alloc(65_535, allBytes)

export function keepsEntries(open: OpenStore): void {
  it('hands out entries byte for byte as they were given', async () => {
    await using opened = await open()
    const given = [
      entryOf(CHAIN, 0, { envelope: allBytes, leafHash: sha256(allBytes), flags: 63 }),
      entryOf(CHAIN, 1, { envelope: longest, leafHash: sha256(longest), acceptedAtMs: Number.MAX_SAFE_INTEGER }),
      entryOf(CHAIN, 2, { envelope: Buffer.from('\\x00"{},\'NULL'), acceptedAtMs: 0 }),
    ]
    await appendNext(opened.store, withEntries(given))
    const store = await opened.restarted()
    const expected = given.map(({ chainNo: _, ...entry }) => ({ ...entry, envelope: Buffer.from(entry.envelope) }))
    expect(await store.entries(CHAIN, 0, 3)).toEqual(expected)
    expect(await store.entryAt(CHAIN, 1)).toEqual(expected[1])
  })

  it('hands out a range of one chain in order, and nothing beyond its end', async () => {
    await using opened = await open()
    await appendNext(opened.store, withEntries([0, 1, 2, 3].flatMap((index) => [entryOf(OTHER_CHAIN, index), entryOf(CHAIN, index)])))
    const indexes = async (start: number, end: number) => (await opened.store.entries(CHAIN, start, end)).map(({ index }) => index)
    expect(await indexes(1, 3)).toEqual([1, 2])
    expect(await indexes(2, 100)).toEqual([2, 3])
    expect(await indexes(4, 100)).toEqual([])
    expect(await opened.store.entryAt(CHAIN, 4)).toBeUndefined()
    expect((await opened.store.entryAt(OTHER_CHAIN, 3))?.envelope).toEqual(entryOf(OTHER_CHAIN, 3).envelope)
  })

  it('counts what was accepted before a time, within a range', async () => {
    await using opened = await open()
    await appendNext(opened.store, withEntries([0, 1, 2, 3, 4].map((index) => entryOf(CHAIN, index))))
    expect(await opened.store.acceptedBefore(CHAIN, 1, 5, START_MS + 3)).toBe(2)
    expect(await opened.store.acceptedBefore(CHAIN, 0, 5, START_MS)).toBe(0)
    expect(await opened.store.acceptedBefore(OTHER_CHAIN, 0, 5, START_MS + 9)).toBe(0)
  })

  it('keeps the last state of tiles and edges', async () => {
    await using opened = await open()
    const { store } = opened
    expect(await store.edge(CHAIN)).toBeUndefined()
    await appendNext(store, { ...withEntries([entryOf(CHAIN, 0), entryOf(OTHER_CHAIN, 0)]), tiles: [tile(CHAIN, 0, 0, 1), tile(OTHER_CHAIN, 0, 0, 7), tile(CHAIN, 1, 0, 3)] })
    await appendNext(store, { ...withEntries([entryOf(CHAIN, 1)]), tiles: [tile(CHAIN, 0, 0, 256), tile(CHAIN, 0, 1, 2)] })
    const again = await opened.restarted()
    expect(await again.edge(CHAIN)).toEqual(edgeOf(CHAIN, 2))
    expect(await again.edge(OTHER_CHAIN)).toEqual(edgeOf(OTHER_CHAIN, 1))
    for (const { chainNo, level, index, hashes } of [tile(CHAIN, 0, 0, 256), tile(CHAIN, 0, 1, 2), tile(CHAIN, 1, 0, 3), tile(OTHER_CHAIN, 0, 0, 7)]) {
      expect(await again.tile(chainNo, level, index)).toEqual(hashes)
    }
    expect(await again.tile(CHAIN, 2, 0)).toBeUndefined()
  })
}

/** Bytes that belong to the place, so that a mixed-up tile shows. */
function tile(chainNo: number, level: number, index: number, width: number) {
  return { chainNo, level, index, hashes: Buffer.alloc(width * 32, `tile ${chainNo}/${level}/${index}`) }
}
