import { expect, it } from 'vitest'
import { appendNext, CHAIN, entryOf, OTHER_CHAIN, withEntries } from './appends.fixture.ts'
import type { OpenStore } from './storeUnderTest.fixture.ts'

export function findsLeaves(open: OpenStore): void {
  it('finds an entry by its leaf hash, in its own chain only', async () => {
    await using opened = await open()
    await appendNext(opened.store, withEntries([entryOf(CHAIN, 0), entryOf(CHAIN, 1), entryOf(OTHER_CHAIN, 0)]))
    for (const store of [opened.store, await opened.restarted()]) {
      expect((await store.entryOfLeaf(CHAIN, entryOf(CHAIN, 1).leafHash))?.envelope).toEqual(entryOf(CHAIN, 1).envelope)
      expect(await store.entryOfLeaf(CHAIN, entryOf(OTHER_CHAIN, 0).leafHash)).toBeUndefined()
      expect(await store.entryOfLeaf(CHAIN, entryOf(CHAIN, 2).leafHash)).toBeUndefined()
    }
  })

  it('tells leaves apart whose hashes begin alike', async () => {
    await using opened = await open()
    for (const index of [0, 1]) await appendNext(opened.store, withEntries([entryOf(CHAIN, index, { leafHash: alike(index) })]))
    await appendNext(opened.store, withEntries([entryOf(CHAIN, 2, { leafHash: alike(2) }), entryOf(CHAIN, 3, { leafHash: alike(3) })]))
    for (const store of [opened.store, await opened.restarted()]) {
      for (const index of [0, 1, 2, 3]) expect(await store.entryOfLeaf(CHAIN, alike(index))).toMatchObject({ index, leafHash: alike(index) })
      expect(await store.entryOfLeaf(CHAIN, alike(4))).toBeUndefined()
    }
  })

  it('finds leaves at both ends of the range of hashes', async () => {
    await using opened = await open()
    const ends = [Buffer.alloc(32, 0x00), Buffer.alloc(32, 0xff)]
    await appendNext(opened.store, withEntries(ends.map((leafHash, index) => entryOf(CHAIN, index, { leafHash }))))
    for (const [index, leafHash] of ends.entries()) expect(await opened.store.entryOfLeaf(CHAIN, leafHash)).toMatchObject({ index })
  })

  it('finds the first of two entries with the same leaf', async () => {
    await using opened = await open()
    const { leafHash } = entryOf(CHAIN, 0)
    await appendNext(opened.store, withEntries([entryOf(CHAIN, 0), entryOf(CHAIN, 1, { leafHash })]))
    expect(await opened.store.entryOfLeaf(CHAIN, leafHash)).toMatchObject({ index: 0 })
  })
}

/** Six bytes in common, which is what an index of prefixes sees. */
function alike(n: number): Buffer {
  return Buffer.concat([Buffer.from('a1b2c3d4e5f6', 'hex'), Buffer.alloc(26, n)])
}
