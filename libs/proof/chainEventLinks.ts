import type { BlockHeader, Log } from '@brume/evm'
import { bytesToHex, decodeHeader, decodeReceipt, headerHash, hexToBytes, MalformedError, verifyReceiptProof } from '@brume/evm'
import type { Link } from './link.ts'
import { judged, link } from './link.ts'
import type { ChainEvent } from './proof.ts'
import type { Trust } from './trust.ts'
import type { RecordingBlock } from './verdict.ts'

export interface OpenedEvent {
  receipt: Link
  block: Link
  /** Only where `receipt` is verified. */
  log?: Log
  recorded?: RecordingBlock
}

/** From the block's hash down to one log of one receipt. */
export function openEvent(event: ChainEvent, trust: Trust): OpenedEvent {
  const header = read(() => decodeHeader(hexToBytes(event.header)))
  const block = blockLink(event, trust)
  if (typeof header === 'string') return { receipt: link('receipt', 'refused', `the block header is malformed: ${header}`), block }
  const log = logOf(event, header)
  const recorded = { number: header.number, time: timeText(header.timestampS), hash: event.blockHash }
  if (typeof log === 'string') return { receipt: link('receipt', 'refused', log), block, recorded }
  return { receipt: link('receipt', 'verified', `receipt ${event.txIndex} is in the header's receipts root and succeeded`), block, log, recorded }
}

function logOf({ txIndex, logIndex, receiptProof }: ChainEvent, header: BlockHeader): Log | string {
  const proven = verifyReceiptProof(header.receiptsRoot, txIndex, receiptProof.map(hexToBytes))
  if (!proven.ok) return `the receipt is not in the header's receipts root: ${proven.refusal} at node ${proven.at}`
  const receipt = read(() => decodeReceipt(proven.receipt))
  if (typeof receipt === 'string') return `the receipt is malformed: ${receipt}`
  if (receipt.status !== 'succeeded') return 'the transaction was reverted'
  return receipt.logs[logIndex] ?? `the receipt has no log ${logIndex}`
}

/** The hash in the file is only a convenience, but a file that contradicts itself is wrong. */
function blockLink({ header, blockHash }: ChainEvent, { chain: { blocks } }: Trust): Link {
  if (bytesToHex(headerHash(hexToBytes(header))) !== blockHash) return link('block', 'refused', 'the header does not have the hash that the file says')
  if (blocks.length === 0) return link('block', 'not-checked', `no block hash is trusted; compare ${blockHash} with one from elsewhere`)
  return judged('block', blocks.includes(blockHash) ? undefined : `block ${blockHash} is none of the trusted blocks`, `block ${blockHash} is one of the trusted blocks`)
}

/** The value, or in words why the bytes have none. */
function read<T extends object>(decode: () => T): T | string {
  try {
    return decode()
  } catch (error) {
    if (error instanceof MalformedError) return error.message
    throw error
  }
}

/** A header can say a second that no date has. */
function timeText(timestampS: number): string {
  const date = new Date(timestampS * 1_000)
  return Number.isNaN(date.getTime()) ? `${timestampS} s after 1970` : date.toISOString()
}
