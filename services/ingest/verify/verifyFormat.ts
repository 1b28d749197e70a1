/**
 * One request on its way to a worker and back: everything in one buffer, which is handed over, not copied. Little-endian:
 *
 * u32 count, then per reading a slot of {@link SLOT_BYTES}: u32 where its envelope begins, u32 its length, u32 length of its signing input, u8 family, key (65),
 * signature (64); then the envelopes, each with 0x00 before it, so that leaf hash input (RFC 9162 section 2.1.1) and signing input are both slices.
 *
 * The worker writes its answer over the slot: u8 1 when the signature holds, leaf hash (32), SHA-256 of the signing input (32).
 */
const KEY_AT = 13
const SIGNATURE_AT = KEY_AT + 65
const SLOT_BYTES = SIGNATURE_AT + 64
const FIRST_SLOT = 4
export const HASH_BYTES = 32

export const FAMILY_ED25519 = 0
export const FAMILY_P256 = 1

export interface PackedSizes {
  readonly readings: number
  /** Of all envelopes together. */
  readonly envelopeBytes: number
}

/** A buffer of its own, never a slice of Node's pool: it is transferred with all its memory. */
export function allocatePack({ readings, envelopeBytes }: PackedSizes): Buffer<ArrayBuffer> {
  const buffer = Buffer.allocUnsafeSlow(FIRST_SLOT + readings * (SLOT_BYTES + 1) + envelopeBytes)
  buffer.writeUInt32LE(readings, 0)
  return buffer
}

export function firstEnvelopeAt(readings: number): number {
  return FIRST_SLOT + readings * SLOT_BYTES
}

export interface ReadingToPack {
  readonly envelope: Uint8Array
  readonly signingInputBytes: number
  readonly signature: Uint8Array
  readonly family: number
}

/** Where the 65 bytes of the key of reading `i` go. */
export function packedKeyAt(i: number): number {
  return FIRST_SLOT + i * SLOT_BYTES + KEY_AT
}

/** All but the key. @returns where the next envelope goes */
export function packReading(buffer: Buffer, i: number, at: number, reading: ReadingToPack): number {
  const slot = FIRST_SLOT + i * SLOT_BYTES
  buffer.writeUInt32LE(at + 1, slot)
  buffer.writeUInt32LE(reading.envelope.length, slot + 4)
  buffer.writeUInt32LE(reading.signingInputBytes, slot + 8)
  buffer[slot + 12] = reading.family
  buffer.set(reading.signature, slot + SIGNATURE_AT)
  buffer[at] = 0x00
  buffer.set(reading.envelope, at + 1)
  return at + 1 + reading.envelope.length
}

export interface PackedReading {
  readonly family: number
  readonly key: Buffer
  readonly signature: Buffer
  readonly signingInput: Buffer
  /** 0x00 and the envelope. */
  readonly leafInput: Buffer
}

export function countOf(buffer: Buffer): number {
  return buffer.readUInt32LE(0)
}

export function unpackReading(buffer: Buffer, i: number): PackedReading {
  const slot = FIRST_SLOT + i * SLOT_BYTES
  const at = buffer.readUInt32LE(slot)
  return {
    family: buffer.readUInt8(slot + 12),
    key: buffer.subarray(slot + KEY_AT, slot + SIGNATURE_AT),
    signature: buffer.subarray(slot + SIGNATURE_AT, slot + SLOT_BYTES),
    signingInput: buffer.subarray(at, at + buffer.readUInt32LE(slot + 8)),
    leafInput: buffer.subarray(at - 1, at + buffer.readUInt32LE(slot + 4)),
  }
}

export function writeVerdict(buffer: Buffer, i: number, holds: boolean, leafHash: Uint8Array, inputDigest: Uint8Array): void {
  const slot = FIRST_SLOT + i * SLOT_BYTES
  buffer[slot] = holds ? 1 : 0
  buffer.set(leafHash, slot + 1)
  buffer.set(inputDigest, slot + 1 + HASH_BYTES)
}

/** The answer for one request. Hashes are read in place. */
export class Verdicts {
  readonly bytes: Buffer

  constructor(bytes: Buffer) {
    this.bytes = bytes
  }

  holds(i: number): boolean {
    return this.bytes[FIRST_SLOT + i * SLOT_BYTES] === 1
  }

  /** Where the leaf hash begins; the digest of the signing input follows it. */
  leafHashAt(i: number): number {
    return FIRST_SLOT + i * SLOT_BYTES + 1
  }

  leafHashText(i: number): string {
    const at = this.leafHashAt(i)
    return this.bytes.toString('base64url', at, at + HASH_BYTES)
  }
}
