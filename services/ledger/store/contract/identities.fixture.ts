import { expect, it } from 'vitest'
import { appendNext, CHAIN, entryOf, withEntries } from './appends.fixture.ts'
import type { OpenStore } from './storeUnderTest.fixture.ts'

const MOST = Number.MAX_SAFE_INTEGER

export function keepsIdentities(open: OpenStore): void {
  it('says the highest seq of each counter, in the order of the question', async () => {
    await using opened = await open()
    await appendNext(opened.store, { identities: [identity(1, 0, 4, 0), identity(1, 0, 2, 1), identity(1, 7, 0, 2), identity(2, MOST, MOST, 3)] })
    const counters = [[2, MOST], [1, 0], [3, 0], [1, 7], [1, 1], [1, 0]].map(([deviceNo = 0, epoch = 0]) => ({ deviceNo, epoch }))
    expect(await (await opened.restarted()).highestSeqs(counters)).toEqual([MOST, 4, -1, 0, -1, 4])
    expect(await opened.store.highestSeqs([])).toEqual([])
  })

  it('says the first entry of each identity, in the order of the question', async () => {
    await using opened = await open()
    await appendNext(opened.store, { identities: [identity(1, 0, 4, 0), identity(1, 1, 4, 9), identity(2, MOST, MOST, 3)] })
    const asked = [identity(2, MOST, MOST), identity(1, 0, 5), identity(1, 1, 4), identity(1, 0, 4), identity(3, 0, 4), identity(1, 1, 4)]
    expect(await (await opened.restarted()).firstEntries(asked)).toEqual([3, undefined, 9, 0, undefined, 9])
    expect(await opened.store.firstEntries([])).toEqual([])
  })

  it('never gives an identity another first entry', async () => {
    await using opened = await open()
    await appendNext(opened.store, { ...withEntries([entryOf(CHAIN, 0)]), identities: [identity(1, 0, 4, 0)] })
    await expect(appendNext(opened.store, { ...withEntries([entryOf(CHAIN, 1)]), identities: [identity(1, 0, 4, 1)] })).rejects.toThrow()
    expect(await opened.store.firstEntries([identity(1, 0, 4)])).toEqual([0])
  })
}

function identity(deviceNo: number, epoch: number, seq: number, index = 0) {
  return { deviceNo, epoch, seq, index }
}
