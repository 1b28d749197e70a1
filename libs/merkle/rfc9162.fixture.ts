import { hash } from 'node:crypto'
import type { Sha256 } from './hash.ts'

/**
 * RFC 9162 as it is written: recursive, over all leaf hashes, nothing shared with the library. The oracle of its tests.
 */
export const nativeSha256: Sha256 = (data) => hash('sha256', data, 'buffer')

type Leaves = readonly Uint8Array[]

/** Section 2.1.1. */
export function mth(leaves: Leaves): Uint8Array {
  const [only, second] = leaves
  if (only === undefined) return nativeSha256(new Uint8Array(0))
  if (second === undefined) return only
  const k = split(leaves.length)
  return nativeSha256(Buffer.concat([Uint8Array.of(1), mth(leaves.slice(0, k)), mth(leaves.slice(k))]))
}

/** Section 2.1.3.1. */
export function path(m: number, leaves: Leaves): Uint8Array[] {
  if (leaves.length === 1) return []
  const k = split(leaves.length)
  return m < k ? [...path(m, leaves.slice(0, k)), mth(leaves.slice(k))] : [...path(m - k, leaves.slice(k)), mth(leaves.slice(0, k))]
}

/** Section 2.1.4.1. */
export function proof(m: number, leaves: Leaves): Uint8Array[] {
  return subproof(m, leaves, true)
}

function subproof(m: number, leaves: Leaves, b: boolean): Uint8Array[] {
  if (m === leaves.length) return b ? [] : [mth(leaves)]
  const k = split(leaves.length)
  return m <= k ? [...subproof(m, leaves.slice(0, k), b), mth(leaves.slice(k))] : [...subproof(m - k, leaves.slice(k), false), mth(leaves.slice(0, k))]
}

function split(n: number): number {
  let k = 1
  while (k * 2 < n) k *= 2
  return k
}

/** Leaf hashes that differ from one another: SHA-256 of the index. */
export function someLeaves(size: number): Uint8Array[] {
  return Array.from({ length: size }, (_, index) => nativeSha256(new TextEncoder().encode(String(index))))
}
