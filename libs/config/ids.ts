import { randomFillSync } from 'node:crypto'
import { v7 } from 'uuid'
import type { Clock } from './clock.ts'
import { systemClock } from './clock.ts'

/** Makes ids of chains, devices, tenants, events: lower-case UUIDv7 (RFC 9562 section 5.7) text, so that ids sort by the time they were made. */
export type NewId = () => string

/** `lengthBytes` bytes from a cryptographic source; a test gives its own. */
export type RandomBytes = (lengthBytes: number) => Uint8Array

export const systemRandom: RandomBytes = (lengthBytes) => randomFillSync(new Uint8Array(lengthBytes))

/**
 * Ids in strictly rising order within one generator, also inside a millisecond and when the clock is set back (RFC 9562 section 6.2, method 1):
 * cursor pages order by id, and a row that sorts before the last page would never be seen.
 */
export function uuidv7Ids(clock: Clock = systemClock, random: RandomBytes = systemRandom): NewId {
  let msecs = -1
  let seq = 0
  return () => {
    const now = clock.now()
    const bytes = random(16)
    if (now > msecs) {
      msecs = now
      seq = firstSequence(bytes)
    } else if (seq === 0xffffffff) {
      msecs += 1
      seq = 0
    } else {
      seq += 1
    }
    return v7({ msecs, seq, random: bytes })
  }
}

/** 31 random bits: the free top bit leaves room to count up within a millisecond. */
function firstSequence(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(6) & 0x7fffffff
}

const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** The one accepted spelling; upper case is refused because ids are compared as text. */
export function isUuidv7(text: string): boolean {
  return pattern.test(text)
}
