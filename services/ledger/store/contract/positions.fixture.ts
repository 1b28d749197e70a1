import { ENTRIES } from '@brume/event-log'
import { expect, it } from 'vitest'
import { AppendedAlready, EpochLost, LogGap } from '../errors.ts'
import { appendOf, CHAIN, entryOf, withEntries } from './appends.fixture.ts'
import type { OpenStore } from './storeUnderTest.fixture.ts'

export function keepsPositions(open: OpenStore): void {
  it('begins a partition at offset 0', async () => {
    await using opened = await open()
    expect(await opened.store.position(ENTRIES, 0)).toEqual({ next: 0, epoch: 0 })
    expect(await opened.store.take(ENTRIES, 0)).toEqual({ next: 0, epoch: 1 })
  })

  it('moves the position with the entries and keeps it when the partition is taken anew', async () => {
    await using opened = await open()
    const { epoch } = await opened.store.take(ENTRIES, 0)
    await opened.store.append(appendOf({ epoch, first: 0, next: 3, ...withEntries([entryOf(CHAIN, 0)]) }))
    expect(await opened.store.position(ENTRIES, 0)).toEqual({ next: 3, epoch })
    const again = await opened.restarted()
    expect(await again.take(ENTRIES, 0)).toEqual({ next: 3, epoch: epoch + 1 })
  })

  it('keeps an offset as large as a log can have', async () => {
    await using opened = await open()
    const { epoch } = await opened.store.take(ENTRIES, 0)
    const next = Number.MAX_SAFE_INTEGER
    await opened.store.moveTo(ENTRIES, 0, epoch, next)
    expect(await opened.store.position(ENTRIES, 0)).toEqual({ next, epoch })
  })

  it('counts each partition of each topic by itself', async () => {
    await using opened = await open()
    const { epoch } = await opened.store.take(ENTRIES, 1)
    await opened.store.take('devices', 0)
    await opened.store.append(appendOf({ partition: 1, epoch, first: 0, next: 7 }))
    expect(await opened.store.position(ENTRIES, 0)).toEqual({ next: 0, epoch: 0 })
    expect(await opened.store.position(ENTRIES, 1)).toEqual({ next: 7, epoch: 1 })
    expect(await opened.store.position('devices', 0)).toEqual({ next: 0, epoch: 1 })
  })

  it('writes nothing for an owner whose partition was taken by another', async () => {
    await using opened = await open()
    const { epoch } = await opened.store.take(ENTRIES, 0)
    await (await opened.restarted()).take(ENTRIES, 0)
    await expect(opened.store.append(appendOf({ epoch, first: 0, ...withEntries([entryOf(CHAIN, 0)]) }))).rejects.toThrow(EpochLost)
    await expect(opened.store.moveTo(ENTRIES, 0, epoch, 5)).rejects.toThrow(EpochLost)
    expect(await opened.store.entryAt(CHAIN, 0)).toBeUndefined()
    expect(await opened.store.edge(CHAIN)).toBeUndefined()
    expect(await opened.store.position(ENTRIES, 0)).toEqual({ next: 0, epoch: epoch + 1 })
  })

  it('refuses to write for nobody: a partition that was never taken', async () => {
    await using opened = await open()
    await expect(opened.store.append(appendOf({ epoch: 1, first: 0 }))).rejects.toThrow(EpochLost)
    await expect(opened.store.moveTo(ENTRIES, 0, 1, 5)).rejects.toThrow(EpochLost)
  })

  it.each([{ title: 'above', first: 6, refusal: LogGap }, { title: 'below', first: 4, refusal: AppendedAlready }])('takes no records from $title the position', async ({ first, refusal }) => {
    await using opened = await open()
    const { epoch } = await opened.store.take(ENTRIES, 0)
    await opened.store.append(appendOf({ epoch, first: 0, next: 5 }))
    await expect(opened.store.append(appendOf({ epoch, first, ...withEntries([entryOf(CHAIN, 0)]) }))).rejects.toThrow(refusal)
    expect(await opened.store.entryAt(CHAIN, 0)).toBeUndefined()
    expect(await opened.store.position(ENTRIES, 0)).toEqual({ next: 5, epoch })
  })
}
