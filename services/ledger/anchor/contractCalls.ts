import { CheckpointAnchor, ReadingRecord } from '@brume/contracts'
import { bytesToHex, ledgerKey } from '@brume/evm'
import { getCreateAddress, Interface } from 'ethers'
import type { UnsignedCall } from './writerWallet.ts'

export type WriteMode = 'batched' | 'direct'

const anchorAbi = new Interface(CheckpointAnchor.abi)
const recordAbi = new Interface(ReadingRecord.abi)

const DEPLOY_GAS = 3_000_000n
const OPEN_GAS = 200_000n
const ANCHOR_GAS = 200_000n
/** Intrinsic cost, one slot, topics: measured in contracts/gas-snapshot.json, rounded up. */
const RECORD_BASE_GAS = 120_000n
/** 16 calldata (EIP-2028) + 8 log data + copying and hashing, per byte of envelope. */
const RECORD_GAS_PER_BYTE = 40n

function keyOf(origin: string): string {
  return bytesToHex(ledgerKey(origin))
}

/** The writer deploys with its first nonce, so the address is known before the chain exists. */
export function contractAddress(writer: string): string {
  return getCreateAddress({ from: writer, nonce: 0 }).toLowerCase()
}

export function deployCall(mode: WriteMode): UnsignedCall {
  return { data: (mode === 'batched' ? CheckpointAnchor : ReadingRecord).bytecode, gasLimit: DEPLOY_GAS }
}

export function openCall(contract: string, origin: string): UnsignedCall {
  return { to: contract, data: anchorAbi.encodeFunctionData('open', [keyOf(origin)]), gasLimit: OPEN_GAS }
}

export function anchorCall(contract: string, origin: string, size: number, root: Uint8Array): UnsignedCall {
  return { to: contract, data: anchorAbi.encodeFunctionData('anchor', [keyOf(origin), size, root]), gasLimit: ANCHOR_GAS }
}

export function recordCall(contract: string, origin: string, index: number, envelope: Uint8Array): UnsignedCall {
  const gasLimit = RECORD_BASE_GAS + RECORD_GAS_PER_BYTE * BigInt(envelope.length)
  return { to: contract, data: recordAbi.encodeFunctionData('record', [keyOf(origin), index, envelope]), gasLimit }
}

/** What an earlier transaction of the writer did, read back from its calldata; undefined for a deployment. */
export function describeCall(data: string): { purpose: 'open' | 'anchor' | 'record'; subject?: number; root?: Uint8Array } | undefined {
  const call = anchorAbi.parseTransaction({ data }) ?? recordAbi.parseTransaction({ data })
  switch (call?.name) {
    case 'open': return { purpose: 'open' }
    case 'anchor': return { purpose: 'anchor', subject: Number(call.args[1]), root: Buffer.from(String(call.args[2]).slice(2), 'hex') }
    case 'record': return { purpose: 'record', subject: Number(call.args[1]) }
    default: return undefined
  }
}

export interface AnchoredState {
  /** Tree size of the newest anchor (batched), or index of the next record (direct). */
  size: number
  /** Only a batched chain anchors roots. */
  root?: Uint8Array
}

export function latestCall(mode: WriteMode, contract: string, origin: string): { to: string; data: string } {
  return { to: contract, data: (mode === 'batched' ? anchorAbi : recordAbi).encodeFunctionData('latest', [keyOf(origin)]) }
}

export function decodeLatest(mode: WriteMode, result: string): AnchoredState {
  if (mode === 'direct') return { size: Number(recordAbi.decodeFunctionResult('latest', result)[1]) }
  const [, size, root] = anchorAbi.decodeFunctionResult('latest', result)
  return { size: Number(size), root: Buffer.from(String(root).slice(2), 'hex') }
}
