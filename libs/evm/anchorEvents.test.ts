import { CheckpointAnchor, ReadingRecord } from '@brume/contracts'
import { getBytes, Interface, sha256 } from 'ethers'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { GanacheBlocks } from './ganacheBlocks.fixture.ts'
import {
  bytesToHex,
  CHECKPOINT_ANCHORED_TOPIC,
  decodeCheckpointAnchored,
  decodeReadingRecorded,
  decodeReceipt,
  encodeReceipt,
  hexToBytes,
  ledgerKey,
  READING_RECORDED_TOPIC,
} from './index.ts'
import type { Log } from './index.ts'

const anchorAbi = new Interface(CheckpointAnchor.abi)
const recordAbi = new Interface(ReadingRecord.abi)
const ADDRESS = new Uint8Array(20).fill(0xaa)
const HASH = new Uint8Array(32).fill(0xbb)
const OTHER_HASH = new Uint8Array(32).fill(0xcc)

/** As ethers encodes the event. */
function logOf(abi: Interface, event: string, args: unknown[]): Log {
  const { topics, data } = abi.encodeEventLog(event, args)
  return { address: ADDRESS, topics: topics.map((topic) => getBytes(topic)), data: getBytes(data) }
}

const anchored = (size: number | bigint = 1_000) => logOf(anchorAbi, 'CheckpointAnchored', [HASH, size, OTHER_HASH])
const recorded = (envelope: Uint8Array, index: number | bigint = 5) => logOf(recordAbi, 'ReadingRecorded', [HASH, index, OTHER_HASH, envelope])
const withTopic = (log: Log, at: number, topic: Uint8Array): Log => ({ ...log, topics: log.topics.with(at, topic) })
const withByte = (log: Log, at: number, byte: number): Log => ({ ...log, data: log.data.with(at, byte) })
const dirty = (log: Log, at: number): Log => withTopic(log, at, log.topics[at]?.with(0, 1) ?? new Uint8Array())

const hash32 = fc.uint8Array({ minLength: 32, maxLength: 32 })
const size53 = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })

describe('topics', () => {
  it('are those of the contracts', () => {
    expect(bytesToHex(CHECKPOINT_ANCHORED_TOPIC)).toBe(anchorAbi.getEvent('CheckpointAnchored')?.topicHash)
    expect(bytesToHex(READING_RECORDED_TOPIC)).toBe(recordAbi.getEvent('ReadingRecorded')?.topicHash)
  })
})

describe('events', () => {
  const ganache = new GanacheBlocks('shanghai')
  afterAll(() => ganache.stop())

  it('are read from the receipts of a real chain', async () => {
    const { receipts } = await ganache.mineAnchors()
    const [checkpoint, reading] = receipts.flatMap((receipt) => decodeReceipt(encodeReceipt(receipt)).logs)
    const ledger = hexToBytes(GanacheBlocks.LEDGER)
    const envelope = hexToBytes(GanacheBlocks.ENVELOPE)
    expect(checkpoint && decodeCheckpointAnchored(checkpoint)).toEqual({
      ok: true,
      event: { address: checkpoint?.address, ledger, size: 1_000, root: hexToBytes(GanacheBlocks.ROOT) },
    })
    const leafHash = getBytes(sha256(Uint8Array.of(0, ...envelope)))
    expect(reading && decodeReadingRecorded(reading)).toEqual({ ok: true, event: { address: reading?.address, ledger, index: 0, leafHash, envelope } })
  })

  it('of checkpoints are read as ethers wrote them', () => {
    fc.assert(
      fc.property(hash32, size53, hash32, (ledger, size, root) => {
        const log = logOf(anchorAbi, 'CheckpointAnchored', [ledger, size, root])
        expect(decodeCheckpointAnchored(log)).toEqual({ ok: true, event: { address: ADDRESS, ledger, size, root } })
      }),
    )
  })

  it('of readings are read as ethers wrote them', () => {
    fc.assert(
      fc.property(hash32, size53, hash32, fc.uint8Array({ maxLength: 200 }), (ledger, index, leafHash, envelope) => {
        const log = logOf(recordAbi, 'ReadingRecorded', [ledger, index, leafHash, envelope])
        expect(decodeReadingRecorded(log)).toEqual({ ok: true, event: { address: ADDRESS, ledger, index, leafHash, envelope } })
      }),
    )
  })
})

describe('decodeCheckpointAnchored refuses', () => {
  it.each<[string, Log, string]>([
    ['a reading', recorded(Uint8Array.of(1)), 'other-event'],
    ['no topics', { ...anchored(), topics: [] }, 'other-event'],
    ['a topic too few', { ...anchored(), topics: anchored().topics.slice(0, 2) }, 'wrong-length'],
    ['a topic too many', { ...anchored(), topics: [...anchored().topics, HASH] }, 'wrong-length'],
    ['a short ledger', withTopic(anchored(), 1, new Uint8Array(31)), 'wrong-length'],
    ['data of 31 bytes', { ...anchored(), data: new Uint8Array(31) }, 'wrong-length'],
    ['data of 64 bytes', { ...anchored(), data: new Uint8Array(64) }, 'wrong-length'],
    ['a size with dirty padding', dirty(anchored(), 2), 'dirty-padding'],
    ['a size of 2^53', anchored(2n ** 53n), 'too-large'],
    ['the largest uint64', anchored(2n ** 64n - 1n), 'too-large'],
  ])('%s', (_, log, refusal) => {
    expect(decodeCheckpointAnchored(log)).toEqual({ ok: false, refusal })
  })
})

describe('decodeReadingRecorded refuses', () => {
  const log = recorded(Uint8Array.of(1, 2, 3))
  const OFFSET_END = 31
  const LENGTH_END = 63

  it.each<[string, Log, string]>([
    ['a checkpoint', anchored(), 'other-event'],
    ['no topics', { ...log, topics: [] }, 'other-event'],
    ['a topic too few', { ...log, topics: log.topics.slice(0, 3) }, 'wrong-length'],
    ['a topic too many', { ...log, topics: [...log.topics, HASH] }, 'wrong-length'],
    ['a short leaf hash', withTopic(log, 3, new Uint8Array(31)), 'wrong-length'],
    ['an index with dirty padding', dirty(log, 2), 'dirty-padding'],
    ['an index of 2^53', recorded(Uint8Array.of(1), 2n ** 53n), 'too-large'],
    ['no data', { ...log, data: new Uint8Array() }, 'wrong-length'],
    ['an offset alone', { ...log, data: log.data.slice(0, 32) }, 'wrong-length'],
    ['another offset', withByte(log, OFFSET_END, 0x40), 'wrong-offset'],
    ['an offset with dirty padding', withByte(log, 0, 1), 'wrong-offset'],
    ['a length beyond the data', withByte(log, LENGTH_END, 33), 'wrong-length'],
    ['a length over 2^53', withByte(log, 56, 0xff), 'too-large'],
    ['a length with dirty padding', withByte(log, 32, 1), 'dirty-padding'],
    ['a length of zero before data', withByte(log, LENGTH_END, 0), 'wrong-length'],
    ['a length that leaves out a byte', withByte(log, LENGTH_END, 2), 'dirty-padding'],
    ['dirty padding after the envelope', withByte(log, 95, 1), 'dirty-padding'],
    ['a word too many', { ...log, data: Uint8Array.of(...log.data, ...new Uint8Array(32)) }, 'wrong-length'],
    ['a word that is not whole', { ...log, data: log.data.slice(0, -1) }, 'wrong-length'],
  ])('%s', (_, refused, refusal) => {
    expect(decodeReadingRecorded(refused)).toEqual({ ok: false, refusal })
  })
})

describe('ledgerKey', () => {
  it('is the SHA-256 of the origin', () => {
    const origin = 'brume.local/chains/0199aaaa-bbbb-7ccc-8ddd-eeeeeeeeeeee'
    expect(bytesToHex(ledgerKey(origin))).toBe(sha256(new TextEncoder().encode(origin)))
  })
})
