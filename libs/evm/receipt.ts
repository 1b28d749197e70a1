import { hexToBytes, quantityFromHex } from './hex.ts'
import { MalformedError } from './malformed.ts'
import { decodeRlp, encodeRlp, quantityToBytes, rlpBytes, rlpList, rlpQuantity } from './rlp.ts'
import type { RlpItem } from './rlp.ts'

/** What `eth_getTransactionReceipt` and `eth_getBlockReceipts` say of a log. Further members are ignored. */
export interface RpcLog {
  address: string
  topics: readonly string[]
  data: string
}

/** The parts of a receipt from the JSON-RPC that are hashed, and its place in the block. */
export interface RpcReceipt {
  transactionIndex: string
  /** Old nodes leave it out for legacy transactions. */
  type?: string
  /** `0x1` or `0x0`. Receipts from before Byzantium have none and are refused. */
  status?: string
  cumulativeGasUsed: string
  logsBloom: string
  logs: readonly RpcLog[]
}

export interface Log {
  /** 20 bytes. */
  address: Uint8Array
  /** At most four, 32 bytes each. */
  topics: Uint8Array[]
  data: Uint8Array
}

export interface Receipt {
  /** 0 = legacy, else the type of EIP-2718. */
  type: number
  status: 'succeeded' | 'reverted'
  /** Gas used in the block up to and with this transaction. */
  cumulativeGasUsed: bigint
  logsBloom: Uint8Array
  logs: Log[]
}

/**
 * How a chain writes the status of a reverted transaction: as zero (the empty string), which EIP-658 means, or as a zero
 * byte, which ganache 7.9.2 does on every hardfork. The bytes are hashed, so a block of ganache can be proven only in its own.
 */
export type ReceiptDialect = 'ethereum' | 'ganache'

/** Access list (EIP-2930), dynamic fee (EIP-1559), blob (EIP-4844), set code (EIP-7702): the types whose receipts look alike. */
const TYPES: readonly number[] = [1, 2, 3, 4]
/** The first byte of an RLP list; all types are below it (EIP-2718). */
const FIRST_LIST_BYTE = 0xc0

/** The bytes that stand in the receipt trie: a typed receipt is its type byte and then the list (EIP-2718). */
export function encodeReceipt(receipt: RpcReceipt, dialect: ReceiptDialect = 'ethereum'): Uint8Array {
  const type = typeOf(receipt)
  const list = encodeRlp([
    statusToBytes(receipt.status, dialect),
    quantityToBytes(quantityFromHex(receipt.cumulativeGasUsed)),
    rlpBytes(hexToBytes(receipt.logsBloom), 256),
    receipt.logs.map(encodeLog),
  ])
  return type === 0 ? list : Uint8Array.of(type, ...list)
}

/** Of either dialect: a zero byte and the empty string can mean nothing else. */
export function decodeReceipt(bytes: Uint8Array): Receipt {
  const type = typeByte(bytes)
  const [status, cumulativeGasUsed, logsBloom, logs, ...surplus] = rlpList(decodeRlp(type === 0 ? bytes : bytes.subarray(1)))
  if (surplus.length > 0) throw new MalformedError('receipt', 'a receipt has four fields')
  return {
    type,
    status: statusFromBytes(rlpBytes(status)),
    cumulativeGasUsed: rlpQuantity(cumulativeGasUsed),
    logsBloom: rlpBytes(logsBloom, 256),
    logs: rlpList(logs).map(decodeLog),
  }
}

function typeOf(receipt: RpcReceipt): number {
  const type = Number(quantityFromHex(receipt.type ?? '0x0'))
  if (type !== 0 && !TYPES.includes(type)) throw new MalformedError('receipt', `unknown receipt type ${type}`)
  return type
}

function typeByte(bytes: Uint8Array): number {
  const [first] = bytes
  if (first === undefined) throw new MalformedError('receipt', 'the receipt is empty')
  if (first >= FIRST_LIST_BYTE) return 0
  if (!TYPES.includes(first)) throw new MalformedError('receipt', `unknown receipt type ${first}`)
  return first
}

function statusToBytes(status: string | undefined, dialect: ReceiptDialect): Uint8Array {
  if (status === '0x1') return Uint8Array.of(1)
  if (status === '0x0') return dialect === 'ganache' ? Uint8Array.of(0) : new Uint8Array()
  throw new MalformedError('receipt', 'the status is neither 0x0 nor 0x1')
}

function statusFromBytes(bytes: Uint8Array): Receipt['status'] {
  const [status = 0, ...surplus] = bytes
  if (surplus.length === 0 && status === 0) return 'reverted'
  if (surplus.length === 0 && status === 1) return 'succeeded'
  throw new MalformedError('receipt', 'the status is neither 0 nor 1')
}

function encodeLog(log: RpcLog): RlpItem {
  const topics = log.topics.map((topic) => rlpBytes(hexToBytes(topic), 32))
  return [rlpBytes(hexToBytes(log.address), 20), topics, hexToBytes(log.data)]
}

function decodeLog(item: RlpItem): Log {
  const [address, topics, data, ...surplus] = rlpList(item)
  if (surplus.length > 0) throw new MalformedError('receipt', 'a log has three fields')
  const words = rlpList(topics).map((topic) => rlpBytes(topic, 32))
  if (words.length > 4) throw new MalformedError('receipt', 'a log has at most four topics')
  return { address: rlpBytes(address, 20), topics: words, data: rlpBytes(data) }
}
