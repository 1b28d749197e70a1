import { keccak_256 } from '@noble/hashes/sha3.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { equalBytes } from './equalBytes.ts'
import { bytesToHex } from './hex.ts'
import type { Log } from './receipt.ts'

/** A checkpoint on the chain (ICheckpointAnchor.sol). */
export interface CheckpointAnchored {
  /** The contract. Any contract can emit the same event: compare with the address that is trusted. */
  address: Uint8Array
  /** SHA-256 of the ledger's origin, see `ledgerKey`. */
  ledger: Uint8Array
  size: number
  root: Uint8Array
}

/** An envelope on the chain (IReadingRecord.sol). */
export interface ReadingRecorded {
  /** The contract. Any contract can emit the same event: compare with the address that is trusted. */
  address: Uint8Array
  ledger: Uint8Array
  index: number
  leafHash: Uint8Array
  envelope: Uint8Array
}

/**
 * - `other-event`: the first topic is another event's.
 * - `wrong-length`: topics or data are shorter or longer than this event's.
 * - `dirty-padding`: bytes that must be zero are not.
 * - `wrong-offset`: the dynamic part does not stand where the encoder puts it.
 * - `too-large`: an integer is over 2^53 - 1.
 */
export type EventRefusal = 'other-event' | 'wrong-length' | 'dirty-padding' | 'wrong-offset' | 'too-large'

export type EventResult<T> = { ok: true; event: T } | { ok: false; refusal: EventRefusal }

/** First topic = keccak-256 of the signature (Solidity ABI specification, "Events"). */
export const CHECKPOINT_ANCHORED_TOPIC = keccak_256(utf8ToBytes('CheckpointAnchored(bytes32,uint64,bytes32)'))
export const READING_RECORDED_TOPIC = keccak_256(utf8ToBytes('ReadingRecorded(bytes32,uint64,bytes32,bytes)'))

const WORD = 32

export function decodeCheckpointAnchored(log: Log): EventResult<CheckpointAnchored> {
  const [topic, ledger, sizeWord, ...surplus] = log.topics
  if (!isTopic(topic, CHECKPOINT_ANCHORED_TOPIC)) return refuse('other-event')
  if (!isWord(ledger) || !isWord(sizeWord) || surplus.length > 0 || !isWord(log.data)) return refuse('wrong-length')
  const size = decodeUint64(sizeWord)
  if (!size.ok) return size
  return { ok: true, event: { address: log.address, ledger, size: size.event, root: log.data } }
}

export function decodeReadingRecorded(log: Log): EventResult<ReadingRecorded> {
  const [topic, ledger, indexWord, leafHash, ...surplus] = log.topics
  if (!isTopic(topic, READING_RECORDED_TOPIC)) return refuse('other-event')
  if (!isWord(ledger) || !isWord(indexWord) || !isWord(leafHash) || surplus.length > 0) return refuse('wrong-length')
  const index = decodeUint64(indexWord)
  if (!index.ok) return index
  const envelope = decodeOnlyBytes(log.data)
  if (!envelope.ok) return envelope
  return { ok: true, event: { address: log.address, ledger, index: index.event, leafHash, envelope: envelope.event } }
}

function refuse(refusal: EventRefusal): { ok: false; refusal: EventRefusal } {
  return { ok: false, refusal }
}

function isTopic(topic: Uint8Array | undefined, expected: Uint8Array): boolean {
  return topic !== undefined && equalBytes(topic, expected)
}

function isWord(bytes: Uint8Array | undefined): bytes is Uint8Array {
  return bytes?.length === WORD
}

/** A uint64 stands at the right of its word, zeros before it. */
function decodeUint64(word: Uint8Array): EventResult<number> {
  const padding = word.subarray(0, WORD - 8)
  if (!isZero(padding)) return refuse('dirty-padding')
  const value = BigInt(bytesToHex(word.subarray(WORD - 8)))
  return value > BigInt(Number.MAX_SAFE_INTEGER) ? refuse('too-large') : { ok: true, event: Number(value) }
}

/** One `bytes` argument: the offset of its part (always one word), its length, its bytes, zeros up to a whole word. */
function decodeOnlyBytes(data: Uint8Array): EventResult<Uint8Array> {
  if (data.length < 2 * WORD) return refuse('wrong-length')
  const offset = decodeUint64(data.subarray(0, WORD))
  if (!offset.ok || offset.event !== WORD) return refuse('wrong-offset')
  const length = decodeUint64(data.subarray(WORD, 2 * WORD))
  if (!length.ok) return length
  const end = 2 * WORD + length.event
  if (data.length !== Math.ceil(end / WORD) * WORD) return refuse('wrong-length')
  return isZero(data.subarray(end)) ? { ok: true, event: data.slice(2 * WORD, end) } : refuse('dirty-padding')
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0)
}
