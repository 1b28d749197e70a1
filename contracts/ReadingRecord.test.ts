import { concat, hexlify, id, sha256, ZeroAddress } from 'ethers'
import type { Contract } from 'ethers'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { as, deploy, eventsOf, revertOf, send, startGanache } from './ganache.fixture.ts'
import type { TestChain } from './ganache.fixture.ts'
import { ReadingRecord } from './index.ts'

const LEDGER = id('a ledger')
const OTHER_LEDGER = id('another ledger')
const envelopeOf = (length: number) => hexlify(Uint8Array.from({ length }, (_, index) => (index * 7 + 1) % 256))
/** RFC 9162, 2.1.1: the hash of a leaf. */
const leafHash = (envelope: string) => sha256(concat(['0x00', envelope]))

describe('ReadingRecord', () => {
  let chain: TestChain
  let record: Contract

  const latest = async (ledger: string) => [...(await record.getFunction('latest').staticCall(ledger))]

  beforeAll(async () => {
    chain = await startGanache()
  })
  afterAll(() => chain.stop())
  beforeEach(async () => {
    record = await deploy(ReadingRecord, chain.writer)
  })

  it('test_latest_ofUnopenedLedgerIsZero', async () => {
    expect(await latest(LEDGER)).toEqual([ZeroAddress, 0n])
  })

  it('test_open_makesSenderTheWriter', async () => {
    await send(as(record, chain.stranger), 'open', LEDGER)
    expect(await latest(LEDGER)).toEqual([chain.stranger.address, 0n])
  })

  it('test_open_revertsIfTaken', async () => {
    await send(record, 'open', LEDGER)
    expect(await revertOf(as(record, chain.stranger), 'open', LEDGER)).toBe('LedgerTaken()')
  })

  it('test_record_revertsIfNotWriter', async () => {
    expect(await revertOf(record, 'record', LEDGER, 0, '0x01')).toBe('NotWriter()')
    await send(record, 'open', LEDGER)
    expect(await revertOf(as(record, chain.stranger), 'record', LEDGER, 0, '0x01')).toBe('NotWriter()')
  })

  it('test_record_revertsIfNotNext', async () => {
    await send(record, 'open', LEDGER)
    expect(await revertOf(record, 'record', LEDGER, 1, '0x01')).toBe('NotNext(0,1)')
    await send(record, 'record', LEDGER, 0, '0x01')
    expect(await revertOf(record, 'record', LEDGER, 0, '0x01')).toBe('NotNext(1,0)')
    expect(await revertOf(record, 'record', LEDGER, 2, '0x01')).toBe('NotNext(1,2)')
  })

  it.each([0, 1, 31, 32, 33, 300, 4_000])('test_record_computesTheLeafHash (%i bytes)', async (length) => {
    const envelope = envelopeOf(length)
    await send(record, 'open', LEDGER)
    const receipt = await send(record, 'record', LEDGER, 0, envelope)
    expect(eventsOf(record, receipt)).toEqual([['ReadingRecorded', LEDGER, 0n, leafHash(envelope), envelope]])
  })

  it('test_record_countsEachLedgerByItself', async () => {
    await send(record, 'open', LEDGER)
    await send(as(record, chain.stranger), 'open', OTHER_LEDGER)
    await send(record, 'record', LEDGER, 0, '0x01')
    await send(record, 'record', LEDGER, 1, '0x01')
    await send(as(record, chain.stranger), 'record', OTHER_LEDGER, 0, '0x02')
    expect(await latest(LEDGER)).toEqual([chain.writer.address, 2n])
    expect(await latest(OTHER_LEDGER)).toEqual([chain.stranger.address, 1n])
  })
})
