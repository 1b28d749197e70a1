import { createMerkleProof, createMPT } from '@ethereumjs/mpt'
import { RLP } from '@ethereumjs/rlp'
import { describe, expect, it } from 'vitest'
import { anvilBlocks } from './anvilBlocks.fixture.ts'
import { buildReceiptTrie, encodeReceipt, hexToBytes, MalformedError } from './index.ts'
import type { RpcReceipt } from './index.ts'

const receiptsOf = (count: number): RpcReceipt[] =>
  Array.from({ length: count }, (_, index) => ({
    transactionIndex: `0x${index.toString(16)}`,
    type: `0x${index % 5}`,
    status: index % 7 === 0 ? '0x0' : '0x1',
    cumulativeGasUsed: `0x${((index + 1) * 21_000).toString(16)}`,
    logsBloom: `0x${'00'.repeat(256)}`,
    logs: [],
  }))

describe('receipt trie', () => {
  // 128 is the first index whose key has two bytes, 256 the first with three.
  it.each([1, 2, 15, 16, 17, 127, 128, 129, 130, 144, 255, 256, 257, 300])('has the root and the proofs of @ethereumjs/mpt, %i receipts', async (count) => {
    const receipts = receiptsOf(count)
    const oracle = await createMPT()
    for (const [index, receipt] of receipts.entries()) await oracle.put(RLP.encode(index), encodeReceipt(receipt))
    const trie = buildReceiptTrie(receipts, oracle.root())
    expect(trie.root).toEqual(oracle.root())
    for (const index of [0, count >> 1, count - 1]) expect(trie.prove(index)).toEqual(await createMerkleProof(oracle, RLP.encode(index)))
  })

  it.each(anvilBlocks)('refuses receipts that are not the whole block in its order, $fork', ({ block, receipts }) => {
    const root = hexToBytes(block.receiptsRoot)
    expect(() => buildReceiptTrie([], root)).toThrow(MalformedError)
    expect(() => buildReceiptTrie(receipts.slice(1), root)).toThrow(MalformedError)
    expect(() => buildReceiptTrie(receipts.slice(0, -1), root)).toThrow(MalformedError)
    expect(() => buildReceiptTrie(receipts.toReversed(), root)).toThrow(MalformedError)
  })

  it.each(anvilBlocks)('refuses receipts of which one does not say what the header binds, $fork', ({ block, receipts }) => {
    const lie = receipts.map((receipt) => ({ ...receipt, status: '0x1' }))
    expect(() => buildReceiptTrie(lie, hexToBytes(block.receiptsRoot))).toThrow(MalformedError)
  })

  it.each([-1, 5, 0.5, Number.NaN])('has no proof at %d of five', (index) => {
    const [recorded] = anvilBlocks
    const trie = recorded && buildReceiptTrie(recorded.receipts, hexToBytes(recorded.block.receiptsRoot))
    expect(() => trie?.prove(index)).toThrow(RangeError)
  })
})
