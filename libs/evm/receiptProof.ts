import { keccak_256 } from '@noble/hashes/sha3.js'
import { equalBytes } from './equalBytes.ts'
import { MalformedError } from './malformed.ts'
import { decodePath, startsWith } from './nibbles.ts'
import type { Nibbles } from './nibbles.ts'
import type { RpcReceipt } from './receipt.ts'
import { buildReceiptTrie, receiptKey } from './receiptTrie.ts'
import { decodeRlp, rlpList } from './rlp.ts'

/**
 * - `bad-index`: not an index that a transaction can have.
 * - `wrong-hash`: a node is not the one that its parent (or the root) names.
 * - `malformed-node`: the bytes hash right, but are no node that a receipt trie can hold.
 * - `wrong-path`: the nodes lead to another transaction, or show that there is none at this index.
 * - `incomplete`: the nodes end before the leaf.
 * - `surplus-nodes`: more nodes follow the leaf; a proof has one form only.
 */
export type ReceiptProofRefusal = 'bad-index' | 'wrong-hash' | 'malformed-node' | 'wrong-path' | 'incomplete' | 'surplus-nodes'

export type ReceiptProofResult = { ok: true; receipt: Uint8Array } | { ok: false; refusal: ReceiptProofRefusal; /** Which node. */ at: number }

/** Where a node sends the walk: to a child with the rest of the path, to the end, or nowhere. */
type Step = { kind: 'child'; hash: Uint8Array; rest: Nibbles } | { kind: 'receipt'; receipt: Uint8Array } | { kind: 'refused'; refusal: ReceiptProofRefusal }

/** Nodes from the root to the leaf. For many proofs of one block see `buildReceiptTrie`, which says what is refused. */
export function makeReceiptProof(receiptsOfBlock: readonly RpcReceipt[], receiptsRoot: Uint8Array, txIndex: number): Uint8Array[] {
  return buildReceiptTrie(receiptsOfBlock, receiptsRoot).prove(txIndex)
}

/** Trusts `receiptsRoot` and nothing else. Every byte of every node is bound by a hash, so no node can be read in two ways. */
export function verifyReceiptProof(receiptsRoot: Uint8Array, txIndex: number, nodes: readonly Uint8Array[]): ReceiptProofResult {
  if (!Number.isSafeInteger(txIndex) || txIndex < 0) return { ok: false, refusal: 'bad-index', at: 0 }
  let hash = receiptsRoot
  let rest = receiptKey(txIndex)
  for (const [at, node] of nodes.entries()) {
    if (!equalBytes(keccak_256(node), hash)) return { ok: false, refusal: 'wrong-hash', at }
    const step = stepThrough(node, rest)
    if (step.kind === 'refused') return { ok: false, refusal: step.refusal, at }
    if (step.kind === 'receipt') return endAt(step.receipt, at, nodes.length)
    hash = step.hash
    rest = step.rest
  }
  return { ok: false, refusal: 'incomplete', at: nodes.length }
}

function endAt(receipt: Uint8Array, at: number, length: number): ReceiptProofResult {
  return at === length - 1 ? { ok: true, receipt } : { ok: false, refusal: 'surplus-nodes', at: at + 1 }
}

function stepThrough(node: Uint8Array, path: Nibbles): Step {
  const items = nodeItems(node)
  if (items?.length === 17) return stepThroughBranch(items, path)
  if (items?.length === 2) return stepThroughPath(items, path)
  return { kind: 'refused', refusal: 'malformed-node' }
}

/** Undefined if it is no list of strings. A nested list would be an embedded node, which a receipt trie has not. */
function nodeItems(node: Uint8Array): Uint8Array[] | undefined {
  try {
    const items = rlpList(decodeRlp(node))
    const strings = items.filter((item) => item instanceof Uint8Array)
    return strings.length === items.length ? strings : undefined
  } catch (error) {
    if (error instanceof MalformedError) return undefined
    throw error
  }
}

function stepThroughBranch(items: readonly Uint8Array[], path: Nibbles): Step {
  const wellFormed = items.every((item, index) => item.length === 0 || (index < 16 && item.length === 32))
  if (!wellFormed) return { kind: 'refused', refusal: 'malformed-node' }
  const hash = items[path[0] ?? 16]
  if (hash === undefined || hash.length === 0) return { kind: 'refused', refusal: 'wrong-path' }
  return { kind: 'child', hash, rest: path.slice(1) }
}

function stepThroughPath([encodedPath, value]: readonly Uint8Array[], path: Nibbles): Step {
  const decoded = encodedPath && decodePath(encodedPath)
  if (decoded === undefined || value === undefined) return { kind: 'refused', refusal: 'malformed-node' }
  return decoded.kind === 'leaf' ? stepThroughLeaf(decoded.path, value, path) : stepThroughExtension(decoded.path, value, path)
}

function stepThroughLeaf(ownPath: Nibbles, receipt: Uint8Array, path: Nibbles): Step {
  return equalBytes(ownPath, path) ? { kind: 'receipt', receipt } : { kind: 'refused', refusal: 'wrong-path' }
}

function stepThroughExtension(ownPath: Nibbles, hash: Uint8Array, path: Nibbles): Step {
  if (hash.length !== 32 || ownPath.length === 0) return { kind: 'refused', refusal: 'malformed-node' }
  if (!startsWith(path, ownPath)) return { kind: 'refused', refusal: 'wrong-path' }
  return { kind: 'child', hash, rest: path.slice(ownPath.length) }
}
