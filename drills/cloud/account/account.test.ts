import { describe, expect, it } from 'vitest'
import type { Promised } from '../traffic/promiseBook.ts'
import { accountOf, isSettled } from './account.ts'
import { LedgerFollower, type SeenEntry } from './ledgerFollower.ts'

const CHAIN = 'chain'
const NOW_MS = 10_000

const promised = (seq: number, more: Partial<Promised> = {}): Promised => ({ chain: CHAIN, device: 'waits', seq, leafHash: `leaf ${seq}`, promise: seq, anchorByMs: NOW_MS, ...more })
const entry = (leafHash: string, more: Partial<SeenEntry> = {}): SeenEntry => ({ leafHash, flags: [], state: 'anchored', ...more })

async function account(promises: readonly Promised[], entries: readonly SeenEntry[], anchoredAtMs = NOW_MS) {
  const follower = new LedgerFollower(CHAIN, async (from) => ({ entries: entries.slice(from, from + 2), more: from + 2 < entries.length }), () => anchoredAtMs)
  await follower.look()
  return { ...accountOf(promises, () => follower, new Set(['waits']), NOW_MS + 5_000), settled: isSettled(promises, () => follower) }
}

describe('the account of a row', () => {
  it('is clean when every promised reading stands in the ledger once, in order, anchored in time', async () => {
    expect(await account([promised(0), promised(1), promised(2)], [entry('binding'), entry('leaf 0'), entry('leaf 1'), entry('leaf 2')]))
      .toEqual({ promised: 3, lost: 0, doubled: 0, broken: 0, late: 0, latestMs: 0, reordered: 0, settled: true })
  })

  it('counts a promised reading that is not there as lost, its promise once as broken', async () => {
    expect(await account([promised(0, { promise: 7 }), promised(1, { promise: 7 }), promised(2)], [entry('leaf 2')])).toMatchObject({ lost: 2, broken: 1, late: 2, settled: false })
  })

  it('counts a leaf that stands twice, and one that is flagged although its device did nothing wrong', async () => {
    expect(await account([promised(0), promised(1)], [entry('leaf 0'), entry('leaf 0'), entry('leaf 1', { flags: ['equivocation'] })])).toMatchObject({ doubled: 2 })
  })

  it('counts what was anchored after its promise, and what is not anchored yet', async () => {
    expect(await account([promised(0), promised(1)], [entry('leaf 0'), entry('leaf 1', { state: 'sequenced' })], NOW_MS + 1_000)).toMatchObject({ late: 2, latestMs: 5_000, settled: false })
  })

  it('counts readings of a waiting device that stand in another order, and no other device', async () => {
    const streamed = [promised(0, { device: 'streams', leafHash: 's0' }), promised(1, { device: 'streams', leafHash: 's1' })]
    expect(await account([promised(0), promised(1), ...streamed], [entry('leaf 1'), entry('leaf 0'), entry('s1'), entry('s0')])).toMatchObject({ reordered: 1 })
  })

  it('says when a ledger takes back what it has said', async () => {
    let entries = [entry('leaf 0', { state: 'sequenced' })]
    const follower = new LedgerFollower(CHAIN, async (from) => ({ entries: entries.slice(from), more: false }))
    await follower.look()
    entries = [entry('another')]
    await follower.look()
    expect(follower.contradictions).toEqual(['chain chain: entry 0 was leaf 0 and is another'])
  })
})
