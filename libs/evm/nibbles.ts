/** Half bytes, each 0 to 15: the alphabet of a key in a Merkle Patricia trie. */
export type Nibbles = Uint8Array

/** What a node of two items is: an extension points on, a leaf ends (yellow paper, appendix C, "hex-prefix encoding"). */
export type PathKind = 'extension' | 'leaf'

const LEAF = 2
const ODD = 1

export function bytesToNibbles(bytes: Uint8Array): Nibbles {
  return Uint8Array.from({ length: bytes.length * 2 }, (_, index) => {
    const byte = bytes[index >> 1] ?? 0
    return index % 2 === 0 ? byte >> 4 : byte & 15
  })
}

export function startsWith(path: Nibbles, prefix: Nibbles): boolean {
  return prefix.every((nibble, index) => path[index] === nibble)
}

export function commonPrefixLength(a: Nibbles, b: Nibbles): number {
  const end = Math.min(a.length, b.length)
  let length = 0
  while (length < end && a[length] === b[length]) length += 1
  return length
}

/** The flag nibble, a zero nibble where the path is even, then the path. */
export function encodePath(kind: PathKind, path: Nibbles): Uint8Array {
  const flag = (kind === 'leaf' ? LEAF : 0) + (path.length % 2)
  return packNibbles(path.length % 2 === 1 ? [flag, ...path] : [flag, 0, ...path])
}

/** Undefined for a flag that does not exist and for a padding nibble that is not zero: one path has one encoding. */
export function decodePath(bytes: Uint8Array): { kind: PathKind; path: Nibbles } | undefined {
  const nibbles = bytesToNibbles(bytes)
  const [flag, padding] = nibbles
  if (flag === undefined || flag > (LEAF | ODD)) return undefined
  const odd = (flag & ODD) !== 0
  if (!odd && padding !== 0) return undefined
  return { kind: (flag & LEAF) === 0 ? 'extension' : 'leaf', path: nibbles.slice(odd ? 1 : 2) }
}

function packNibbles(nibbles: readonly number[]): Uint8Array {
  return Uint8Array.from({ length: nibbles.length / 2 }, (_, index) => ((nibbles[index * 2] ?? 0) << 4) | (nibbles[index * 2 + 1] ?? 0))
}
