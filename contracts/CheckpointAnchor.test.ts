import { id, ZeroAddress, ZeroHash } from 'ethers'
import type { Contract } from 'ethers'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { as, deploy, eventsOf, revertOf, send, startGanache } from './ganache.fixture.ts'
import type { TestChain } from './ganache.fixture.ts'
import { CheckpointAnchor } from './index.ts'

const LEDGER = id('a ledger')
const OTHER_LEDGER = id('another ledger')
const ROOT = id('a root')
const NEXT_ROOT = id('the next root')
const UINT64_MAX = 2n ** 64n - 1n

describe('CheckpointAnchor', () => {
  let chain: TestChain
  let anchor: Contract

  const latest = async (ledger: string) => [...(await anchor.getFunction('latest').staticCall(ledger))]

  beforeAll(async () => {
    chain = await startGanache()
  })
  afterAll(() => chain.stop())
  beforeEach(async () => {
    anchor = await deploy(CheckpointAnchor, chain.writer)
  })

  it('test_latest_ofUnopenedLedgerIsZero', async () => {
    expect(await latest(LEDGER)).toEqual([ZeroAddress, 0n, ZeroHash])
  })

  it('test_open_makesSenderTheWriter', async () => {
    await send(as(anchor, chain.stranger), 'open', LEDGER)
    expect(await latest(LEDGER)).toEqual([chain.stranger.address, 0n, ZeroHash])
  })

  it('test_open_revertsIfTaken', async () => {
    await send(anchor, 'open', LEDGER)
    expect(await revertOf(as(anchor, chain.stranger), 'open', LEDGER)).toBe('LedgerTaken()')
    expect(await revertOf(anchor, 'open', LEDGER)).toBe('LedgerTaken()')
  })

  it('test_anchor_revertsIfNotOpened', async () => {
    expect(await revertOf(anchor, 'anchor', LEDGER, 1, ROOT)).toBe('NotWriter()')
  })

  it('test_anchor_revertsIfNotWriter', async () => {
    await send(anchor, 'open', LEDGER)
    expect(await revertOf(as(anchor, chain.stranger), 'anchor', LEDGER, 1, ROOT)).toBe('NotWriter()')
  })

  it('test_anchor_revertsIfNotLarger', async () => {
    await send(anchor, 'open', LEDGER)
    expect(await revertOf(anchor, 'anchor', LEDGER, 0, ROOT)).toBe('NotLarger(0,0)')
    await send(anchor, 'anchor', LEDGER, 7, ROOT)
    expect(await revertOf(anchor, 'anchor', LEDGER, 7, NEXT_ROOT)).toBe('NotLarger(7,7)')
    expect(await revertOf(anchor, 'anchor', LEDGER, 6, NEXT_ROOT)).toBe('NotLarger(7,6)')
  })

  it('test_anchor_leavesNothingBehindWhenMinedAndReverted', async () => {
    await send(anchor, 'open', LEDGER)
    await send(anchor, 'anchor', LEDGER, 7, ROOT)
    // With a gas limit of its own nothing is estimated, so the transaction really is mined.
    await expect(send(anchor, 'anchor', LEDGER, 7, NEXT_ROOT, { gasLimit: 200_000 })).rejects.toThrow()
    expect(await latest(LEDGER)).toEqual([chain.writer.address, 7n, ROOT])
  })

  it('test_anchor_emitsAndKeepsTheNewest', async () => {
    await send(anchor, 'open', LEDGER)
    await send(anchor, 'anchor', LEDGER, 7, ROOT)
    const receipt = await send(anchor, 'anchor', LEDGER, 9, NEXT_ROOT)
    expect(eventsOf(anchor, receipt)).toEqual([['CheckpointAnchored', LEDGER, 9n, NEXT_ROOT]])
    expect(await latest(LEDGER)).toEqual([chain.writer.address, 9n, NEXT_ROOT])
  })

  it('test_anchor_takesTheLargestSize', async () => {
    await send(anchor, 'open', LEDGER)
    await send(anchor, 'anchor', LEDGER, UINT64_MAX, ROOT)
    expect(await latest(LEDGER)).toEqual([chain.writer.address, UINT64_MAX, ROOT])
  })

  it('test_anchor_keepsLedgersApart', async () => {
    await send(anchor, 'open', LEDGER)
    await send(as(anchor, chain.stranger), 'open', OTHER_LEDGER)
    await send(anchor, 'anchor', LEDGER, 100, ROOT)
    await send(as(anchor, chain.stranger), 'anchor', OTHER_LEDGER, 1, NEXT_ROOT)
    expect(await latest(LEDGER)).toEqual([chain.writer.address, 100n, ROOT])
    expect(await latest(OTHER_LEDGER)).toEqual([chain.stranger.address, 1n, NEXT_ROOT])
    expect(await revertOf(anchor, 'anchor', OTHER_LEDGER, 2, ROOT)).toBe('NotWriter()')
  })
})
