import { ENTRIES } from '@brume/event-log'
import { expect, it } from 'vitest'
import { appendNext, appendOf, CHAIN, edgeOf, entryOf, START_MS, withEntries } from './appends.fixture.ts'
import type { OpenStore } from './storeUnderTest.fixture.ts'

const BIG_BATCH = 2_000

export function appendsWholly(open: OpenStore): void {
  it('keeps nothing of an append that fails at its last table, and takes it once it is right', async () => {
    await using opened = await open()
    const { store } = opened
    const [no = 0] = await store.reserveDeviceNumbers(1)
    await appendNext(store, { ...withEntries([entryOf(CHAIN, 0)]), identities: [{ deviceNo: no, epoch: 0, seq: 1, index: 0 }] })
    const { next, epoch } = await store.take(ENTRIES, 0)
    const second = appendOf({
      epoch, first: next, ...withEntries([entryOf(CHAIN, 1)]),
      tiles: [{ chainNo: CHAIN, level: 0, index: 0, hashes: Buffer.alloc(64, 1) }],
      devices: [{ chainNo: CHAIN, no, deviceId: 'device', standing: { status: 'active', keyNumber: 1, keys: new Map() } }],
      outbox: [{ entry: { topic: 'bindings', key: 'k', value: '{}' }, createdAt: new Date(START_MS) }],
    })
    const takenIdentity = [{ deviceNo: no, epoch: 0, seq: 1, index: 1 }]
    await expect(store.append({ ...second, identities: takenIdentity })).rejects.toThrow()
    expect(await store.position(ENTRIES, 0)).toEqual({ next, epoch })
    expect(await store.entries(CHAIN, 0, 10)).toHaveLength(1)
    expect(await store.entryOfLeaf(CHAIN, entryOf(CHAIN, 1).leafHash)).toBeUndefined()
    expect(await store.edge(CHAIN)).toEqual(edgeOf(CHAIN, 1))
    expect(await store.tile(CHAIN, 0, 0)).toBeUndefined()
    expect(await store.devices(CHAIN)).toEqual([])
    expect(await opened.outbox()).toEqual([])
    await store.append(second)
    expect(await store.entries(CHAIN, 0, 10)).toHaveLength(2)
    expect(await store.entryOfLeaf(CHAIN, entryOf(CHAIN, 1).leafHash)).toMatchObject({ index: 1 })
    expect(await opened.outbox()).toHaveLength(1)
  })

  it('takes a batch of 2,000 readings at once, and none of their places twice', async () => {
    await using opened = await open()
    const entries = Array.from({ length: BIG_BATCH }, (_, index) => entryOf(CHAIN, index))
    const identities = entries.map(({ index }) => ({ deviceNo: 1 + (index % 50), epoch: 0, seq: Math.floor(index / 50), index }))
    const whole = { ...withEntries(entries), identities, next: BIG_BATCH }
    const { epoch } = await opened.store.take(ENTRIES, 0)
    await opened.store.append(appendOf({ ...whole, epoch, first: 0 }))
    await expect(opened.store.append(appendOf({ ...whole, epoch, first: BIG_BATCH, next: 2 * BIG_BATCH }))).rejects.toThrow()
    const store = await opened.restarted()
    const stored = await store.entries(CHAIN, 0, 2 * BIG_BATCH)
    expect(stored.map(({ index, leafHash }) => ({ index, leafHash }))).toEqual(entries.map(({ index, leafHash }) => ({ index, leafHash })))
    expect(await store.entryOfLeaf(CHAIN, entryOf(CHAIN, 1_234).leafHash)).toMatchObject({ index: 1_234 })
    expect(await store.position(ENTRIES, 0)).toEqual({ next: BIG_BATCH, epoch })
  })
}
