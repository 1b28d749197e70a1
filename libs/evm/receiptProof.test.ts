import { keccak_256 } from '@noble/hashes/sha3.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { anvilBlocks } from './anvilBlocks.fixture.ts'
import { GanacheBlocks } from './ganacheBlocks.fixture.ts'
import type { RecordedBlock } from './ganacheBlocks.fixture.ts'
import { decodeHeader, decodeReceipt, encodeHeader, hexToBytes, makeReceiptProof, verifyReceiptProof } from './index.ts'
import type { RpcReceipt } from './index.ts'
import { encodePath } from './nibbles.ts'
import { receiptFromRpc } from './receiptFromRpc.fixture.ts'
import { receiptKey } from './receiptTrie.ts'
import { encodeRlp } from './rlp.ts'
import type { RlpItem } from './rlp.ts'

/** The way of a verifier: the root comes out of the header. */
function expectEveryProofVerifies(block: RecordedBlock['block'], receipts: readonly RpcReceipt[]): void {
  const { receiptsRoot } = decodeHeader(encodeHeader(block))
  for (const [index, receipt] of receipts.entries()) {
    const result = verifyReceiptProof(receiptsRoot, index, makeReceiptProof(receipts, receiptsRoot, index))
    expect(result.ok && decodeReceipt(result.receipt)).toEqual(receiptFromRpc(receipt))
  }
}

describe.each(['london', 'shanghai'] as const)('receipt proof from ganache, %s', (hardfork) => {
  const ganache = new GanacheBlocks(hardfork)
  afterAll(() => ganache.stop())

  it.each([1, 2, 3, 16, 17, 140])('verifies against the header of a block of %i transactions', async (count) => {
    const { block, receipts } = await ganache.mineTransfers(count)
    expect(new Set(receipts.map((receipt) => receipt.type)).size).toBe(Math.min(count, 3))
    expectEveryProofVerifies(block, receipts)
  })
})

describe('receipt proof from anvil', () => {
  it.each(anvilBlocks)('verifies against the header, $fork', ({ block, receipts }) => {
    expectEveryProofVerifies({ ...block, transactions: [] }, receipts)
  })
})

describe('receipt proof with anchors', () => {
  const ganache = new GanacheBlocks('shanghai')
  let anchors: RecordedBlock
  let proof: Uint8Array[]
  let root: Uint8Array

  beforeAll(async () => {
    anchors = await ganache.mineAnchors()
    root = hexToBytes(anchors.block.receiptsRoot)
    proof = makeReceiptProof(anchors.receipts, root, 2)
  })
  afterAll(() => ganache.stop())

  it('verifies, logs and reverted transactions included', () => {
    expect(anchors.receipts.map((receipt) => [receipt.status, receipt.logs.length])).toEqual([
      ['0x1', 0],
      ['0x1', 0],
      ['0x1', 1],
      ['0x1', 1],
      ['0x0', 0],
    ])
    expectEveryProofVerifies(anchors.block, anchors.receipts)
  })

  it('is refused for every flip of a bit or a byte of any node', () => {
    const flips = [0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xff]
    const accepted = proof.flatMap((node, at) =>
      [...node.keys()].flatMap((byte) =>
        flips.filter((flip) => verifyReceiptProof(root, 2, proof.with(at, node.with(byte, (node[byte] ?? 0) ^ flip))).ok),
      ),
    )
    expect(proof.length).toBeGreaterThan(1)
    expect(verifyReceiptProof(root, 2, proof).ok).toBe(true)
    expect(accepted).toEqual([])
  })

  it('is refused for every flip of a byte of the root', () => {
    for (const byte of root.keys()) {
      expect(verifyReceiptProof(root.with(byte, (root[byte] ?? 0) ^ 1), 2, proof)).toEqual({ ok: false, refusal: 'wrong-hash', at: 0 })
    }
  })

  it('is refused for another transaction', () => {
    for (const index of [0, 1, 3, 4, 5, 127, 128, 255, 65_536]) {
      expect(verifyReceiptProof(root, index, proof).ok).toBe(false)
    }
  })

  it('is refused when nodes are missing, added or exchanged', () => {
    expect(verifyReceiptProof(root, 2, [])).toEqual({ ok: false, refusal: 'incomplete', at: 0 })
    expect(verifyReceiptProof(root, 2, proof.slice(0, -1))).toEqual({ ok: false, refusal: 'incomplete', at: proof.length - 1 })
    expect(verifyReceiptProof(root, 2, proof.slice(1))).toEqual({ ok: false, refusal: 'wrong-hash', at: 0 })
    expect(verifyReceiptProof(root, 2, [...proof, root])).toEqual({ ok: false, refusal: 'surplus-nodes', at: proof.length })
    expect(verifyReceiptProof(root, 2, proof.toReversed())).toEqual({ ok: false, refusal: 'wrong-hash', at: 0 })
  })

  it.each([-1, 0.5, Number.NaN, 2 ** 53])('is refused for the index %d', (index) => {
    expect(verifyReceiptProof(root, index, proof)).toEqual({ ok: false, refusal: 'bad-index', at: 0 })
  })
})

/** An attacker who chooses the root too: hashes are right, so only the shape of the node can be wrong. */
describe('receipt proof whose hashes are right', () => {
  const NONE = new Uint8Array()
  const HASH = new Uint8Array(32).fill(7)
  const RECEIPT = new Uint8Array(300).fill(1)
  const branch = (...set: [number, RlpItem][]) => set.reduce<RlpItem[]>((items, [at, item]) => items.with(at, item), Array.from({ length: 17 }, () => NONE))
  const verdict = (index: number, ...items: RlpItem[]) => {
    const node = encodeRlp(items)
    return verifyReceiptProof(keccak_256(node), index, [node])
  }
  const key0 = receiptKey(0)

  it('is accepted for a leaf under its own key', () => {
    expect(verdict(0, encodePath('leaf', key0), RECEIPT)).toEqual({ ok: true, receipt: RECEIPT })
  })

  it.each<[string, RlpItem[]]>([
    ['no items', []],
    ['three items', [NONE, NONE, NONE]],
    ['sixteen items', branch().slice(1)],
    ['a branch with a value', branch([8, HASH], [16, RECEIPT])],
    ['a branch with a value as long as a hash', branch([8, HASH], [16, HASH])],
    ['a branch with a short child', branch([8, HASH.slice(1)])],
    ['a branch with an embedded child', branch([8, [NONE, NONE]])],
    ['an embedded child on another branch', branch([8, HASH], [9, [NONE, NONE]])],
    ['a path without flag', [NONE, RECEIPT]],
    ['a leaf with an unknown flag', [Uint8Array.of(0x60, 0x80), RECEIPT]],
    ['an extension with an unknown flag', [Uint8Array.of(0x40, 0x80), HASH]],
    ['a path with dirty padding', [Uint8Array.of(0x21, 0x80), RECEIPT]],
    ['a path that is a list', [[], RECEIPT]],
    ['a leaf whose value is a list', [encodePath('leaf', key0), []]],
    ['an extension without path', [encodePath('extension', NONE), HASH]],
    ['an extension to a short hash', [encodePath('extension', key0.slice(0, 1)), HASH.slice(1)]],
    ['an extension to an embedded node', [encodePath('extension', key0.slice(0, 1)), [NONE, NONE]]],
  ])('is malformed with %s', (_, items) => {
    expect(verdict(0, ...items)).toEqual({ ok: false, refusal: 'malformed-node', at: 0 })
  })

  it('is malformed when the node is no RLP', () => {
    for (const node of [NONE, Uint8Array.of(0xc1), Uint8Array.of(0xf8, 0x01, 0x01), Uint8Array.of(0x81, 0x01)]) {
      expect(verifyReceiptProof(keccak_256(node), 0, [node])).toEqual({ ok: false, refusal: 'malformed-node', at: 0 })
    }
  })

  it.each<[string, number, RlpItem[]]>([
    ['a leaf under another key', 1, [encodePath('leaf', key0), RECEIPT]],
    ['a leaf under a shorter key', 0, [encodePath('leaf', key0.slice(0, 1)), RECEIPT]],
    ['a leaf under a longer key', 0, [encodePath('leaf', Uint8Array.of(...key0, 0)), RECEIPT]],
    ['an extension that leads elsewhere', 0, [encodePath('extension', Uint8Array.of(7)), HASH]],
    ['an extension that leads too far', 0, [encodePath('extension', Uint8Array.of(...key0, 0)), HASH]],
    ['a branch without a child there', 0, branch([1, HASH])],
  ])('has the wrong path with %s', (_, index, items) => {
    expect(verdict(index, ...items)).toEqual({ ok: false, refusal: 'wrong-path', at: 0 })
  })

  it('has the wrong path when a branch stands where the key has ended', () => {
    const end = encodeRlp(branch([0, HASH]))
    const start = encodeRlp([encodePath('extension', key0), keccak_256(end)])
    expect(verifyReceiptProof(keccak_256(start), 0, [start, end])).toEqual({ ok: false, refusal: 'wrong-path', at: 1 })
  })
})
