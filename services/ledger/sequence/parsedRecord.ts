import { parseEntry, type EntryEnvelope } from '@brume/envelope'
import type { StoredRecord } from '@brume/event-log'
import { leafHash } from '@brume/merkle'
import { traceOf } from '@brume/observability'
import { nativeSha256 } from './nativeSha256.ts'

/** A record of the log that is an entry, with its leaf hash. */
export interface ParsedRecord {
  readonly envelope: EntryEnvelope
  readonly leafHash: Uint8Array
  readonly acceptedAtMs: number
  readonly offset: number
  /** W3C traceparent of the request that it came with. */
  readonly traceparent: string | undefined
}

export interface UnreadableRecord {
  readonly record: StoredRecord
  readonly reason: string
}

/** Ingest parses with the same parser, so each that is no entry is an alert. */
export function parseRecords(records: readonly StoredRecord[]): { parsed: ParsedRecord[]; unreadable: UnreadableRecord[] } {
  const parsed: ParsedRecord[] = []
  const unreadable: UnreadableRecord[] = []
  for (const record of records) {
    const entry = parseEntry(record.value)
    if (entry.ok) parsed.push({ envelope: entry.envelope, leafHash: leafHash(entry.envelope.bytes, nativeSha256), acceptedAtMs: record.timeMs, offset: record.offset, traceparent: traceOf(record.headers) })
    else unreadable.push({ record, reason: `${entry.refusal.code}: ${entry.refusal.detail}` })
  }
  return { parsed, unreadable }
}
