import { keccak_256 } from '@noble/hashes/sha3.js'
import { equalBytes } from './equalBytes.ts'
import { bytesToHex, quantityFromHex } from './hex.ts'
import { MalformedError } from './malformed.ts'
import { bytesToNibbles, commonPrefixLength, encodePath } from './nibbles.ts'
import type { Nibbles } from './nibbles.ts'
import { encodeReceipt } from './receipt.ts'
import type { ReceiptDialect, RpcReceipt } from './receipt.ts'
import { encodeRlp, quantityToBytes } from './rlp.ts'

/**
 * The Merkle Patricia trie over the receipts of one block (yellow paper, 4.4.3 and appendix D): key = RLP of the transaction's
 * index, value = the receipt's bytes. Two facts make it smaller than the general trie:
 * - A receipt has at least the 256 bytes of its bloom, so no node is shorter than 32 bytes and none is embedded in its parent.
 * - RLP is prefix-free, so no key ends inside another and no branch has a value.
 *
 * Own code, because `@ethereumjs/mpt` (looked at: 10.1.3) is asynchronous, brings `debug`, `lru-cache` and `@ethereumjs/util`
 * into a browser, and its verifier accepts proofs with surplus nodes. The tests compare with it.
 */
export interface ReceiptTrie {
  readonly root: Uint8Array
  /** The encoded nodes from the root down to the leaf of this transaction. */
  prove(txIndex: number): Uint8Array[]
}

interface Entry {
  key: Nibbles
  value: Uint8Array
}

interface TrieNode {
  encoded: Uint8Array
  hash: Uint8Array
  /** The next node on the way to a key, unless this is a leaf. */
  childOf?: (key: Nibbles) => TrieNode | undefined
}

const DIALECTS: readonly ReceiptDialect[] = ['ethereum', 'ganache']

/**
 * Of all receipts of a block, in the block's order. Build it once for a block, and prove as often as there are transactions.
 * The header's `receiptsRoot` says in which dialect the chain writes, and that the node told the truth: if no dialect
 * gives it, there is nothing to prove.
 */
export function buildReceiptTrie(receipts: readonly RpcReceipt[], receiptsRoot: Uint8Array): ReceiptTrie {
  if (receipts.length === 0) throw new MalformedError('receipt', 'a block without transactions has no receipt to prove')
  receipts.forEach(requirePlace)
  for (const dialect of DIALECTS) {
    const trie = trieIn(dialect, receipts)
    if (equalBytes(trie.root, receiptsRoot)) return trie
  }
  throw new MalformedError('receipt', `the receipts do not have the root ${bytesToHex(receiptsRoot)}`)
}

function trieIn(dialect: ReceiptDialect, receipts: readonly RpcReceipt[]): ReceiptTrie {
  const entries = receipts.map((receipt, index) => ({ key: receiptKey(index), value: encodeReceipt(receipt, dialect) }))
  const root = buildNode(entries, 0)
  return { root: root.hash, prove: (txIndex) => walk(root, requireIndex(txIndex, receipts.length)).map((node) => node.encoded) }
}

/** The path of a receipt: the nibbles of the RLP of its index. */
export function receiptKey(txIndex: number): Nibbles {
  return bytesToNibbles(encodeRlp(quantityToBytes(BigInt(txIndex))))
}

/** A list that is sorted otherwise, or that misses one, would give the root of another block. */
function requirePlace(receipt: RpcReceipt, index: number): void {
  if (quantityFromHex(receipt.transactionIndex) === BigInt(index)) return
  throw new MalformedError('receipt', `receipt ${index} says that its index is ${receipt.transactionIndex}`)
}

function requireIndex(txIndex: number, size: number): number {
  if (Number.isInteger(txIndex) && txIndex >= 0 && txIndex < size) return txIndex
  throw new RangeError(`the block has ${size} receipts, none at ${txIndex}`)
}

function walk(root: TrieNode, txIndex: number): TrieNode[] {
  const nodes: TrieNode[] = []
  const key = receiptKey(txIndex)
  for (let node: TrieNode | undefined = root; node !== undefined; node = node.childOf?.(key)) nodes.push(node)
  return nodes
}

function buildNode(entries: readonly Entry[], depth: number): TrieNode {
  const [first, ...others] = entries
  if (first === undefined) throw new Error('a node stands over at least one entry')
  if (others.length === 0) return nodeOf([encodePath('leaf', first.key.slice(depth)), first.value])
  const shared = Math.min(...others.map((entry) => commonPrefixLength(first.key, entry.key)))
  return shared > depth ? buildExtension(entries, first.key.slice(depth, shared), shared) : buildBranch(entries, depth)
}

function buildExtension(entries: readonly Entry[], path: Nibbles, depth: number): TrieNode {
  const child = buildBranch(entries, depth)
  return nodeOf([encodePath('extension', path), child.hash], () => child)
}

function buildBranch(entries: readonly Entry[], depth: number): TrieNode {
  const groups = Map.groupBy(entries, (entry) => entry.key[depth])
  const children = Array.from({ length: 16 }, (_, nibble) => {
    const group = groups.get(nibble)
    return group === undefined ? undefined : buildNode(group, depth + 1)
  })
  const hashes = children.map((child) => child?.hash ?? new Uint8Array())
  return nodeOf([...hashes, new Uint8Array()], (key) => children[key[depth] ?? -1])
}

function nodeOf(items: Uint8Array[], childOf?: TrieNode['childOf']): TrieNode {
  const encoded = encodeRlp(items)
  return { encoded, hash: keccak_256(encoded), childOf }
}
