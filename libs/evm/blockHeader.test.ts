import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { anvilBlocks } from './anvilBlocks.fixture.ts'
import { GanacheBlocks } from './ganacheBlocks.fixture.ts'
import type { RecordedBlock } from './ganacheBlocks.fixture.ts'
import { bytesToHex, decodeHeader, encodeHeader, headerHash, hexToBytes, MalformedError } from './index.ts'
import type { RpcBlock } from './index.ts'
import { decodeRlp, encodeRlp, rlpList } from './rlp.ts'
import type { RlpItem } from './rlp.ts'

const hashOf = (block: RpcBlock) => bytesToHex(headerHash(encodeHeader(block)))
const blockOf = (fork: string) => {
  const found = anvilBlocks.find((recorded) => recorded.fork === fork)
  if (found === undefined) throw new Error(`no vector for ${fork}`)
  return found.block
}

describe.each(['london', 'shanghai'] as const)('header of ganache, %s', (hardfork) => {
  const ganache = new GanacheBlocks(hardfork)
  let blocks: RecordedBlock[]

  beforeAll(async () => {
    blocks = [await ganache.mineTransfers(0), await ganache.mineTransfers(1), await ganache.mineTransfers(7)]
  })
  afterAll(() => ganache.stop())

  it('hashes to the hash of the block', () => {
    for (const { block } of blocks) expect(hashOf(block)).toBe(block.hash)
  })

  it('names the hash of the block before it', () => {
    const [empty, one] = blocks
    expect(one?.block.parentHash).toBe(empty && hashOf(empty.block))
  })
})

describe('header of anvil', () => {
  it.each(anvilBlocks)('hashes to the hash of the block, $fork', ({ block }) => {
    expect(hashOf(block)).toBe(block.hash)
  })

  it.each(anvilBlocks)('reads what it wrote, $fork', ({ block }) => {
    const header = decodeHeader(encodeHeader(block))
    const optional = (bytes: Uint8Array | undefined) => bytes && bytesToHex(bytes)
    expect(header).toMatchObject({
      parentHash: hexToBytes(block.parentHash),
      stateRoot: hexToBytes(block.stateRoot),
      transactionsRoot: hexToBytes(block.transactionsRoot),
      receiptsRoot: hexToBytes(block.receiptsRoot),
      logsBloom: hexToBytes(block.logsBloom),
      difficulty: BigInt(block.difficulty),
      number: Number(block.number),
      gasLimit: BigInt(block.gasLimit),
      gasUsed: BigInt(block.gasUsed),
      timestampS: Number(block.timestamp),
      mixHash: hexToBytes(block.mixHash),
      nonce: hexToBytes(block.nonce),
      baseFeePerGas: BigInt(block.baseFeePerGas),
    })
    expect(optional(header.withdrawalsRoot)).toBe(block.withdrawalsRoot)
    expect(header.excessBlobGas).toBe(block.excessBlobGas && BigInt(block.excessBlobGas))
    expect(header.blobGasUsed).toBe(block.blobGasUsed && BigInt(block.blobGasUsed))
    expect(optional(header.parentBeaconBlockRoot)).toBe(block.parentBeaconBlockRoot)
    expect(optional(header.requestsHash)).toBe(block.requestsHash)
  })
})

describe('encodeHeader refuses', () => {
  const cancun = blockOf('cancun')

  it.each<[string, Partial<RpcBlock>]>([
    ['a gap in the forks', { withdrawalsRoot: undefined }],
    ['half of a fork', { blobGasUsed: undefined }],
    ['a missing field', { receiptsRoot: undefined }],
    ['a short hash', { parentHash: '0x00' }],
    ['a quantity with a leading zero', { number: '0x02' }],
    ['what is not hex', { extraData: 'vanity' }],
  ])('%s', (_, change) => {
    expect(() => encodeHeader({ ...cancun, ...change })).toThrow(MalformedError)
  })
})

describe('decodeHeader refuses', () => {
  const encoded = encodeHeader(blockOf('cancun'))
  const NUMBER = 8
  const withItem = (index: number, item: RlpItem) => encodeRlp(rlpList(decodeRlp(encoded)).with(index, item))

  it.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array()],
    ['a string', encodeRlp(Uint8Array.of(1, 2, 3))],
    ['a byte too many', Uint8Array.of(...encoded, 0)],
    ['a byte too few', encoded.slice(0, -1)],
    ['a field too many', encodeRlp([...rlpList(decodeRlp(encoded)), new Uint8Array(32), new Uint8Array(32)])],
    ['a field too few', encodeRlp(rlpList(decodeRlp(encoded)).slice(0, -1))],
    ['a header from before London', encodeRlp(rlpList(decodeRlp(encoded)).slice(0, 15))],
    ['a hash of 31 bytes', withItem(0, new Uint8Array(31))],
    ['a list in place of a hash', withItem(0, [])],
    ['a quantity with a leading zero', withItem(NUMBER, Uint8Array.of(0, 1))],
    ['a number over 2^53 - 1', withItem(NUMBER, new Uint8Array(8).fill(0xff))],
    ['lists within lists without end', new Uint8Array(200_000).fill(0xc1)],
  ])('%s', (_, bytes) => {
    expect(() => decodeHeader(bytes)).toThrow(MalformedError)
  })
})
