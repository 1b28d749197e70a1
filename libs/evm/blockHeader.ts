import { keccak_256 } from '@noble/hashes/sha3.js'
import { hexToBytes, quantityFromHex } from './hex.ts'
import { MalformedError } from './malformed.ts'
import { decodeRlp, encodeRlp, quantityToBytes, rlpBytes, rlpList, rlpQuantity } from './rlp.ts'
import type { RlpItem } from './rlp.ts'

/** The header's part of `eth_getBlockByNumber`, as the JSON-RPC spells it. Further members are ignored. */
export interface RpcBlock {
  parentHash: string
  sha3Uncles: string
  miner: string
  stateRoot: string
  transactionsRoot: string
  receiptsRoot: string
  logsBloom: string
  difficulty: string
  number: string
  gasLimit: string
  gasUsed: string
  timestamp: string
  extraData: string
  mixHash: string
  nonce: string
  /** London (EIP-1559), and so on in the order of the forks below. */
  baseFeePerGas: string
  withdrawalsRoot?: string
  blobGasUsed?: string
  excessBlobGas?: string
  parentBeaconBlockRoot?: string
  requestsHash?: string
}

export interface BlockHeader {
  parentHash: Uint8Array
  sha3Uncles: Uint8Array
  miner: Uint8Array
  stateRoot: Uint8Array
  transactionsRoot: Uint8Array
  receiptsRoot: Uint8Array
  logsBloom: Uint8Array
  difficulty: bigint
  number: number
  gasLimit: bigint
  gasUsed: bigint
  /** Seconds since 1970, as the block says. */
  timestampS: number
  /** Vanity and seals of some engines (clique, IBFT); so no limit of 32 bytes here. */
  extraData: Uint8Array
  mixHash: Uint8Array
  nonce: Uint8Array
  baseFeePerGas: bigint
  withdrawalsRoot?: Uint8Array
  blobGasUsed?: bigint
  excessBlobGas?: bigint
  parentBeaconBlockRoot?: Uint8Array
  requestsHash?: Uint8Array
}

type FieldName = keyof RpcBlock
/** A number is the exact length in bytes. */
type FieldKind = number | 'quantity' | 'bytes'

/** The fields in the order of the encoding (yellow paper, 4.4.3, with EIP-1559). */
const LONDON: readonly (readonly [FieldName, FieldKind])[] = [
  ['parentHash', 32],
  ['sha3Uncles', 32],
  ['miner', 20],
  ['stateRoot', 32],
  ['transactionsRoot', 32],
  ['receiptsRoot', 32],
  ['logsBloom', 256],
  ['difficulty', 'quantity'],
  ['number', 'quantity'],
  ['gasLimit', 'quantity'],
  ['gasUsed', 'quantity'],
  ['timestamp', 'quantity'],
  ['extraData', 'bytes'],
  ['mixHash', 32],
  ['nonce', 8],
  ['baseFeePerGas', 'quantity'],
]

/** What each later fork appended: Shanghai (EIP-4895), Cancun (EIP-4844, EIP-4788), Prague (EIP-7685). */
const APPENDED: readonly (typeof LONDON)[] = [
  [['withdrawalsRoot', 32]],
  [
    ['blobGasUsed', 'quantity'],
    ['excessBlobGas', 'quantity'],
    ['parentBeaconBlockRoot', 32],
  ],
  [['requestsHash', 32]],
]

/** The field lists of London, Shanghai, Cancun and Prague. */
const LAYOUTS = APPENDED.reduce((layouts, fields) => [...layouts, [...(layouts.at(-1) ?? []), ...fields]], [LONDON])

/**
 * The fork is chosen by which fields are there. The result is only as true as the node that answered: compare
 * {@link headerHash} with the block's `hash`, which also shows a fork that this file does not know.
 */
export function encodeHeader(block: RpcBlock): Uint8Array {
  const layout = layoutOf(block)
  return encodeRlp(layout.map(([name, kind]) => encodeField(name, kind, block[name])))
}

export function headerHash(rlp: Uint8Array): Uint8Array {
  return keccak_256(rlp)
}

export function decodeHeader(rlp: Uint8Array): BlockHeader {
  const items = rlpList(decodeRlp(rlp))
  const layout = LAYOUTS.find((fields) => fields.length === items.length)
  if (layout === undefined) throw new MalformedError('header', `no known fork has a header of ${items.length} fields`)
  return headerOf(new Map(layout.map(([name, kind], index) => [name, checkField(kind, items[index])])))
}

function layoutOf(block: RpcBlock): typeof LONDON {
  const named = LAYOUTS.flat().filter(([name]) => block[name] !== undefined)
  const present = new Set(named.map(([name]) => name))
  const layout = LAYOUTS.find((fields) => fields.length === present.size && fields.every(([name]) => present.has(name)))
  if (layout === undefined) throw new MalformedError('block', `no known fork has exactly the fields ${[...present].join(', ')}`)
  return layout
}

function encodeField(name: FieldName, kind: FieldKind, hex: string | undefined): Uint8Array {
  if (hex === undefined) throw new MalformedError('block', `${name} is missing`)
  if (kind === 'quantity') return quantityToBytes(quantityFromHex(hex))
  return checkField(kind, hexToBytes(hex))
}

function checkField(kind: FieldKind, item: RlpItem | undefined): Uint8Array {
  if (kind === 'quantity') rlpQuantity(item)
  return rlpBytes(item, typeof kind === 'number' ? kind : undefined)
}

function headerOf(fields: ReadonlyMap<FieldName, Uint8Array>): BlockHeader {
  const bytes = (name: FieldName) => rlpBytes(fields.get(name))
  const quantity = (name: FieldName) => rlpQuantity(fields.get(name))
  return {
    parentHash: bytes('parentHash'),
    sha3Uncles: bytes('sha3Uncles'),
    miner: bytes('miner'),
    stateRoot: bytes('stateRoot'),
    transactionsRoot: bytes('transactionsRoot'),
    receiptsRoot: bytes('receiptsRoot'),
    logsBloom: bytes('logsBloom'),
    difficulty: quantity('difficulty'),
    number: safeInteger('number', quantity('number')),
    gasLimit: quantity('gasLimit'),
    gasUsed: quantity('gasUsed'),
    timestampS: safeInteger('timestamp', quantity('timestamp')),
    extraData: bytes('extraData'),
    mixHash: bytes('mixHash'),
    nonce: bytes('nonce'),
    baseFeePerGas: quantity('baseFeePerGas'),
    ...(fields.has('withdrawalsRoot') && { withdrawalsRoot: bytes('withdrawalsRoot') }),
    ...(fields.has('parentBeaconBlockRoot') && {
      blobGasUsed: quantity('blobGasUsed'),
      excessBlobGas: quantity('excessBlobGas'),
      parentBeaconBlockRoot: bytes('parentBeaconBlockRoot'),
    }),
    ...(fields.has('requestsHash') && { requestsHash: bytes('requestsHash') }),
  }
}

function safeInteger(name: FieldName, value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new MalformedError('header', `${name} is larger than 2^53 - 1`)
  return Number(value)
}
