import { RLP } from '@ethereumjs/rlp'
import { bytesToHex, hexToBytes } from './hex.ts'
import { MalformedError } from './malformed.ts'

/** A string of bytes, or a list of items (yellow paper, appendix B). */
export type RlpItem = Uint8Array | RlpItem[]

export function encodeRlp(item: RlpItem): Uint8Array {
  return RLP.encode(item)
}

/** The library refuses what is not canonical (surplus length bytes, a remainder), but reads no input as an empty string. */
export function decodeRlp(bytes: Uint8Array): RlpItem {
  if (bytes.length === 0) throw new MalformedError('rlp', 'nothing to decode')
  try {
    return RLP.decode(bytes)
  } catch (error) {
    // Also a RangeError, for lists nested deeper than the stack.
    throw new MalformedError('rlp', error instanceof Error ? error.message : String(error))
  }
}

export function rlpList(item: RlpItem | undefined): RlpItem[] {
  if (!Array.isArray(item)) throw new MalformedError('rlp', 'a list was expected')
  return item
}

export function rlpBytes(item: RlpItem | undefined, length?: number): Uint8Array {
  if (!(item instanceof Uint8Array)) throw new MalformedError('rlp', 'a string of bytes was expected')
  if (length !== undefined && item.length !== length) throw new MalformedError('rlp', `${length} bytes were expected, not ${item.length}`)
  return item
}

/** A quantity is big-endian without leading zeros, so zero is the empty string. */
export function rlpQuantity(item: RlpItem | undefined): bigint {
  const bytes = rlpBytes(item)
  if (bytes[0] === 0) throw new MalformedError('rlp', 'a quantity has a leading zero')
  return bytes.length === 0 ? 0n : BigInt(bytesToHex(bytes))
}

export function quantityToBytes(quantity: bigint): Uint8Array {
  if (quantity === 0n) return new Uint8Array()
  const digits = quantity.toString(16)
  return hexToBytes(`0x${digits.length % 2 === 0 ? '' : '0'}${digits}`)
}
