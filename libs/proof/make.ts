import { encodeBase64url } from '@brume/envelope'
import { bytesToHex, headerHash } from '@brume/evm'
import type { BatchedProof, ChainEvent, DirectProof, Inclusion, ProofHints } from './proof.ts'
import { PROOF_FORMAT } from './proof.ts'

/** An event of a final block, as the ledger stores it. */
export interface EventParts {
  txIndex: number
  /** Of the log in its receipt, from 0; `logIndex` of the JSON-RPC minus that of the receipt's first log. */
  logIndex: number
  /** Nodes from the root to the leaf, see `makeReceiptProof` of @brume/evm. */
  receiptProof: readonly Uint8Array[]
  /** RLP. */
  header: Uint8Array
}

export interface IncludedEntry {
  envelope: Uint8Array
  index: number
  path: readonly Uint8Array[]
}

export interface RecordedEntry {
  envelope: Uint8Array
  record: EventParts
}

interface SharedParts {
  chain: string
  hints: ProofHints
}

export interface BatchedParts extends SharedParts {
  reading: IncludedEntry
  /** The binding, then each replacement of the key up to the one that signed. */
  keyEntries: readonly IncludedEntry[]
  checkpoint: { note: string; size: number }
  anchor: EventParts
}

export interface DirectParts extends SharedParts {
  reading: RecordedEntry
  /** The binding, then each replacement of the key up to the one that signed. */
  keyEntries: readonly RecordedEntry[]
}

/** Puts together what the ledger has stored; checks nothing. Key entries and reading are included under the same checkpoint. */
export function makeBatchedProof({ chain, hints, reading, keyEntries, checkpoint, anchor }: BatchedParts): BatchedProof {
  const inclusionOf = (entry: IncludedEntry) => inclusion(entry, checkpoint.size)
  return {
    format: PROOF_FORMAT,
    writeMode: 'batched',
    chain,
    hints,
    envelope: text(reading.envelope),
    binding: { keyEntries: keyEntries.map((entry) => ({ envelope: text(entry.envelope), inclusion: inclusionOf(entry) })) },
    inclusion: inclusionOf(reading),
    checkpoint: checkpoint.note,
    anchor: chainEvent(anchor),
  }
}

/** As `makeBatchedProof`, for a chain on which each entry has an event of its own. */
export function makeDirectProof({ chain, hints, reading, keyEntries }: DirectParts): DirectProof {
  return {
    format: PROOF_FORMAT,
    writeMode: 'direct',
    chain,
    hints,
    envelope: text(reading.envelope),
    binding: { keyEntries: keyEntries.map((entry) => ({ envelope: text(entry.envelope), record: chainEvent(entry.record) })) },
    record: chainEvent(reading.record),
  }
}

function inclusion({ index, path }: IncludedEntry, size: number): Inclusion {
  return { index, size, path: path.map(encodeBase64url) }
}

function chainEvent({ txIndex, logIndex, receiptProof, header }: EventParts): ChainEvent {
  return { txIndex, logIndex, receiptProof: receiptProof.map(bytesToHex), header: bytesToHex(header), blockHash: bytesToHex(headerHash(header)) }
}

/** Envelopes are ASCII. */
function text(envelope: Uint8Array): string {
  return new TextDecoder().decode(envelope)
}
