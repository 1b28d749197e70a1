import { readFileSync, writeFileSync } from 'node:fs'
import { hexlify, id } from 'ethers'
import type { Contract } from 'ethers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deploy, send, startGanache } from './ganache.fixture.ts'
import type { TestChain } from './ganache.fixture.ts'
import { CheckpointAnchor, ReadingRecord } from './index.ts'

const SNAPSHOT = new URL('gas-snapshot.json', import.meta.url)
const READINGS_PER_ANCHOR = 1_000
const LEDGER = id('a ledger')
/** As many bytes as an envelope with a payload of 150 bytes has; none is zero, as in base64url. */
const ENVELOPE = hexlify(new Uint8Array(480).fill(0x61))

/** Whole transactions: what the chain charges, not what the code alone uses. */
async function measure(chain: TestChain) {
  const anchor = await deploy(CheckpointAnchor, chain.writer)
  const record = await deploy(ReadingRecord, chain.writer)
  const gasOf = async (contract: Contract, method: string, ...args: unknown[]) => Number((await send(contract, method, ...args)).gasUsed)
  const first = {
    'CheckpointAnchor.open': await gasOf(anchor, 'open', LEDGER),
    'CheckpointAnchor.anchor, first of a ledger': await gasOf(anchor, 'anchor', LEDGER, READINGS_PER_ANCHOR, id('root 1')),
    'ReadingRecord.open': await gasOf(record, 'open', LEDGER),
    'ReadingRecord.record, first of a ledger, 480 bytes': await gasOf(record, 'record', LEDGER, 0, ENVELOPE),
  }
  const later = {
    'CheckpointAnchor.anchor': await gasOf(anchor, 'anchor', LEDGER, 2 * READINGS_PER_ANCHOR, id('root 2')),
    'ReadingRecord.record, 480 bytes': await gasOf(record, 'record', LEDGER, 1, ENVELOPE),
  }
  return { ...first, ...later, 'per reading, 1,000 readings per anchor': later['CheckpointAnchor.anchor'] / READINGS_PER_ANCHOR }
}

describe('gas', () => {
  let chain: TestChain
  let measured: Awaited<ReturnType<typeof measure>>

  beforeAll(async () => {
    chain = await startGanache()
    measured = await measure(chain)
  })
  afterAll(() => chain.stop())

  it('is what gas-snapshot.json says', () => {
    const text = `${JSON.stringify(measured, null, 2)}\n`
    if (process.env.UPDATE_GAS === '1') writeFileSync(SNAPSHOT, text)
    expect(readFileSync(SNAPSHOT, 'utf8'), 'gas changed; if that is meant: UPDATE_GAS=1 vitest run --dir contracts gas').toBe(text)
  })

  it('of an anchor stays below 60,000, and below 100 per reading at 1,000 readings', () => {
    expect(measured['CheckpointAnchor.anchor, first of a ledger']).toBeLessThan(60_000)
    expect(measured['per reading, 1,000 readings per anchor']).toBeLessThanOrEqual(100)
  })
})
