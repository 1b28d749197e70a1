import { EMPTY_ROOT, HASH_BYTES, nobleSha256, nodeHash, requireHash, type Sha256 } from './hash.ts'
import { MerkleError } from './merkleError.ts'

/** Told of every node that becomes complete: level 0 is the leaf, `index` counts from the left within the level. Complete nodes never change. */
export type OnNode = (level: number, index: number, hash: Uint8Array) => void

const SIZE_BYTES = 8

/**
 * The right edge of an append-only tree: the roots of the complete subtrees that its size splits into, largest first, one for each set bit
 * of the size. It is all that is needed to append and to know the root: at most 53 hashes. (The literature also calls it a compact range.)
 */
export class TreeEdge {
  #size: number
  readonly #subtrees: Uint8Array[]
  readonly #sha256: Sha256

  private constructor(size: number, subtrees: Uint8Array[], sha256: Sha256) {
    this.#size = size
    this.#subtrees = subtrees
    this.#sha256 = sha256
  }

  static empty(sha256: Sha256 = nobleSha256): TreeEdge {
    return new TreeEdge(0, [], sha256)
  }

  /** Reads what `toBytes` wrote. Throws `edge-corrupt` when size and number of hashes do not fit. */
  static fromBytes(bytes: Uint8Array, sha256: Sha256 = nobleSha256): TreeEdge {
    const size = readSize(bytes)
    const subtrees = subtreeCount(size)
    if (bytes.length !== SIZE_BYTES + subtrees * HASH_BYTES) {
      throw new MerkleError('edge-corrupt', `an edge of size ${size} has ${subtrees} hashes, not ${bytes.length - SIZE_BYTES} bytes of them`)
    }
    return new TreeEdge(size, Array.from({ length: subtrees }, (_, at) => hashNumber(bytes, at)), sha256)
  }

  /** Number of leaves. */
  get size(): number {
    return this.#size
  }

  /** The edge keeps `leafHash` as it is: it must not be written to afterwards. */
  append(leafHash: Uint8Array, onNode?: OnNode): void {
    requireHash(leafHash)
    if (this.#size === Number.MAX_SAFE_INTEGER) throw new MerkleError('out-of-range', 'the tree is full')
    let hash = leafHash
    let index = this.#size
    onNode?.(0, index, hash)
    for (let level = 1; index % 2 === 1; level++) {
      hash = nodeHash(this.#popSubtree(), hash, this.#sha256)
      index = (index - 1) / 2
      onNode?.(level, index, hash)
    }
    this.#subtrees.push(hash)
    this.#size++
  }

  root(): Uint8Array {
    return this.#size === 0 ? EMPTY_ROOT : this.#subtrees.reduceRight((right, left) => nodeHash(left, right, this.#sha256))
  }

  /** The size (uint64, big-endian), then the hashes of the complete subtrees, largest first. */
  toBytes(): Uint8Array {
    const bytes = new Uint8Array(SIZE_BYTES + this.#subtrees.length * HASH_BYTES)
    new DataView(bytes.buffer).setBigUint64(0, BigInt(this.#size))
    this.#subtrees.forEach((hash, at) => bytes.set(hash, SIZE_BYTES + at * HASH_BYTES))
    return bytes
  }

  /** A copy to append to on trial, as within a database transaction that may fail. */
  clone(): TreeEdge {
    return new TreeEdge(this.#size, [...this.#subtrees], this.#sha256)
  }

  #popSubtree(): Uint8Array {
    const hash = this.#subtrees.pop()
    if (hash === undefined) throw new MerkleError('edge-corrupt', `an edge of size ${this.#size} lacks a subtree`)
    return hash
  }
}

function readSize(bytes: Uint8Array): number {
  if (bytes.length < SIZE_BYTES) throw new MerkleError('edge-corrupt', `an edge has at least ${SIZE_BYTES} bytes, not ${bytes.length}`)
  const size = Number(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getBigUint64(0))
  if (!Number.isSafeInteger(size)) throw new MerkleError('edge-corrupt', 'the size of an edge is above 2^53 - 1')
  return size
}

function subtreeCount(size: number): number {
  return size.toString(2).replaceAll('0', '').length
}

/** A copy: the bytes often are a row buffer that the database driver owns. */
function hashNumber(bytes: Uint8Array, at: number): Uint8Array {
  const from = SIZE_BYTES + at * HASH_BYTES
  return Uint8Array.prototype.slice.call(bytes, from, from + HASH_BYTES)
}
