import { bytesToHex as toPlainHex, hexToBytes as fromPlainHex } from '@noble/hashes/utils.js'
import { MalformedError } from './malformed.ts'

/** `0x` and an even number of hexadecimal digits: "unformatted data" of the Ethereum JSON-RPC (execution-apis, `bytes`). */
export type Hex = `0x${string}`

const DATA = /^0x(?:[0-9a-fA-F]{2})*$/
const QUANTITY = /^0x(?:0|[1-9a-f][0-9a-f]*)$/

/** Upper case is accepted, since addresses with an EIP-55 checksum carry it. */
export function hexToBytes(hex: string): Uint8Array {
  if (!DATA.test(hex)) throw new MalformedError('hex', `not 0x and whole bytes: ${shorten(hex)}`)
  return fromPlainHex(hex.slice(2))
}

export function bytesToHex(bytes: Uint8Array): Hex {
  return `0x${toPlainHex(bytes)}`
}

/** A quantity of the JSON-RPC: no leading zeros, zero is `0x0` (execution-apis, `uint`). */
export function quantityFromHex(hex: string): bigint {
  if (!QUANTITY.test(hex)) throw new MalformedError('hex', `not a quantity: ${shorten(hex)}`)
  return BigInt(hex)
}

function shorten(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)
}
