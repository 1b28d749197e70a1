import { sha256 as nobleHash } from '@noble/hashes/sha2.js'
import { MerkleError } from './merkleError.ts'

/**
 * SHA-256. A Node service injects its native one (`crypto.hash`), which is several times faster than the default.
 * It must not keep `data`: the buffer of an inner node is used again for the next.
 */
export type Sha256 = (data: Uint8Array) => Uint8Array

export const nobleSha256: Sha256 = nobleHash

export const HASH_BYTES = 32

/** The root of a tree without leaves: SHA-256 of nothing (RFC 9162, section 2.1.1). Never written to. */
export const EMPTY_ROOT: Uint8Array = nobleSha256(new Uint8Array(0))

// RFC 9162, section 2.1.1: the prefixes keep a leaf from being shown as an inner node (second preimages).
const LEAF_PREFIX = 0x00
const NODE_PREFIX = 0x01

/** SHA-256(0x00 ‖ entry). */
export function leafHash(entry: Uint8Array, sha256: Sha256 = nobleSha256): Uint8Array {
  const preimage = new Uint8Array(1 + entry.length)
  preimage[0] = LEAF_PREFIX
  preimage.set(entry, 1)
  return sha256(preimage)
}

// One buffer for all inner nodes: the hash is synchronous, and allocating one each time costs as much as hashing.
const nodePreimage = new Uint8Array(1 + 2 * HASH_BYTES)
nodePreimage[0] = NODE_PREFIX

/** SHA-256(0x01 ‖ left ‖ right). */
export function nodeHash(left: Uint8Array, right: Uint8Array, sha256: Sha256 = nobleSha256): Uint8Array {
  requireHash(left)
  requireHash(right)
  nodePreimage.set(left, 1)
  nodePreimage.set(right, 1 + HASH_BYTES)
  return sha256(nodePreimage)
}

export function isHash(hash: Uint8Array): boolean {
  return hash.length === HASH_BYTES
}

export function requireHash(hash: Uint8Array): void {
  if (!isHash(hash)) throw new MerkleError('hash-length', `a hash has ${HASH_BYTES} bytes, not ${hash.length}`)
}

/** Hashes are public, so this need not take constant time. */
export function sameHash(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, at) => byte === right[at])
}
