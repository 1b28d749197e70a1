import type { InnerMessage } from 'kafkajs/src/cluster/index.js'
import type { LogRecord, StoredRecord } from '../eventLog.ts'

/** Around each record of a batch: lengths, deltas; header names and values stand beside it. An estimate from above. */
const RECORD_OVERHEAD_BYTES = 32
const U16_MOST = 0xffff

export interface OutgoingMessage {
  readonly key: string
  readonly value: Buffer
  readonly headers?: Readonly<Record<string, string>>
}

export function outgoing({ key, value, headers }: LogRecord): OutgoingMessage {
  // A view, not a copy.
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  return headers === undefined ? { key, value: bytes } : { key, value: bytes, headers }
}

/** @throws RangeError as the other adapter has it, so that what one log takes the other takes too */
export function bytesOf(record: LogRecord): number {
  const keyBytes = Buffer.byteLength(record.key)
  const headerBytes = record.headers === undefined ? 0 : Buffer.byteLength(JSON.stringify(record.headers))
  if (keyBytes > U16_MOST || headerBytes > U16_MOST) throw new RangeError('A key or the headers of a record are longer than 65,535 bytes')
  return RECORD_OVERHEAD_BYTES + keyBytes + 2 * headerBytes + record.value.byteLength
}

export function incoming({ key, value, headers, timestamp, offset }: InnerMessage): StoredRecord {
  const record = { key: key?.toString() ?? '', value: value ?? Buffer.alloc(0), offset: Number(offset), timeMs: Number(timestamp) }
  const names = Object.entries(headers)
  return names.length === 0 ? record : { ...record, headers: Object.fromEntries(names.map(([name, content]) => [name, String(content)])) }
}
