import type { LogRecord, StoredRecord } from '../eventLog.ts'

/**
 * The body of a row, record after record: u32 value bytes, u16 key bytes, u16 header bytes (little-endian), key (UTF-8), headers (JSON, absent
 * when there are none), value.
 */
const PREFIX_BYTES = 8
const U16_MOST = 0xffff

/** Buffers of their own, never slices of Node's pool: they are handed to the worker with all their memory. */
export function packRecords(records: readonly LogRecord[]): Buffer<ArrayBuffer> {
  const headers = records.map(headerText)
  const sizes = records.map((record, i) => PREFIX_BYTES + Buffer.byteLength(record.key) + Buffer.byteLength(headers[i] ?? '') + record.value.length)
  const body = Buffer.allocUnsafeSlow(sizes.reduce((sum, size) => sum + size, 0))
  let at = 0
  for (const [i, record] of records.entries()) at = packRecord(body, at, record, headers[i] ?? '')
  return body
}

function headerText(record: LogRecord): string {
  return record.headers === undefined ? '' : JSON.stringify(record.headers)
}

function packRecord(body: Buffer, at: number, record: LogRecord, headers: string): number {
  const keyBytes = body.write(record.key, at + PREFIX_BYTES)
  const headerBytes = headers === '' ? 0 : body.write(headers, at + PREFIX_BYTES + keyBytes)
  if (keyBytes > U16_MOST || headerBytes > U16_MOST) throw new RangeError('A key or the headers of a record are longer than 65,535 bytes')
  body.writeUInt32LE(record.value.length, at)
  body.writeUInt16LE(keyBytes, at + 4)
  body.writeUInt16LE(headerBytes, at + 6)
  const valueAt = at + PREFIX_BYTES + keyBytes + headerBytes
  body.set(record.value, valueAt)
  return valueAt + record.value.length
}

export interface PackedBatch {
  readonly firstOffset: number
  readonly timeMs: number
  readonly body: Buffer
}

/** Adds to `into` the records of the batch from offset `from` on, until `into` holds `most`. */
export function unpackRecords(batch: PackedBatch, from: number, most: number, into: StoredRecord[]): void {
  const { body, timeMs } = batch
  let at = 0
  for (let offset = batch.firstOffset; at < body.length && into.length < most; offset++) {
    const keyAt = at + PREFIX_BYTES
    const headersAt = keyAt + body.readUInt16LE(at + 4)
    const valueAt = headersAt + body.readUInt16LE(at + 6)
    const end = valueAt + body.readUInt32LE(at)
    if (offset >= from) into.push(recordOf(body, { keyAt, headersAt, valueAt, end }, offset, timeMs))
    at = end
  }
}

interface Places {
  readonly keyAt: number
  readonly headersAt: number
  readonly valueAt: number
  readonly end: number
}

function recordOf(body: Buffer, { keyAt, headersAt, valueAt, end }: Places, offset: number, timeMs: number): StoredRecord {
  const key = body.toString('utf8', keyAt, headersAt)
  const value = body.subarray(valueAt, end)
  if (headersAt === valueAt) return { key, value, offset, timeMs }
  return { key, value, headers: JSON.parse(body.toString('utf8', headersAt, valueAt)), offset, timeMs }
}
