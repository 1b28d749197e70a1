import type { Alg, PublicKey } from '@brume/envelope'
import { decodeBase64url, keyFitsAlg } from '@brume/envelope'

export type KeyFamily = PublicKey['family']

/** As the topic has it: auth has parsed it strictly, point checks included, which cost 1 ms a key and are not repeated for each at every start. */
export interface KeyMembers {
  readonly kty: string
  readonly crv: string
  readonly x: string
  readonly y?: string | undefined
}

/** P-256: 0x04 and two coordinates (SEC 1 section 2.3.3). Ed25519 uses the first 32 bytes (RFC 8032). */
export const KEY_BYTES = 65

/** In the order of their numbers in the table. The key stands for its family where only that matters. */
const families = [
  { name: 'ed25519', jwk: { kty: 'OKP', crv: 'Ed25519', x: '' } },
  { name: 'p256', jwk: { kty: 'EC', crv: 'P-256', x: '', y: '' } },
] as const satisfies { name: KeyFamily; jwk: object }[]

/** Public keys of all devices, side by side in one buffer: an object for each would cost several times its 65 bytes. A slot is never given back. */
export class KeyTable {
  private bytes = Buffer.alloc(64 * KEY_BYTES)
  private readonly familyNumbers: number[] = []

  /** @returns the slot, or undefined for a key that this version cannot use */
  add(members: KeyMembers): number | undefined {
    const family = families.findIndex(({ jwk }) => jwk.kty === members.kty && jwk.crv === members.crv)
    const point = pointOf(members)
    if (family < 0 || point === undefined) return undefined
    const slot = this.familyNumbers.push(family) - 1
    this.makeRoom()
    this.bytes.set(point, slot * KEY_BYTES)
    return slot
  }

  familyOf(slot: number): KeyFamily {
    return this.rowOf(slot).name
  }

  /** RFC 8725 section 3.1: the registered key decides, never the header alone. */
  fits(slot: number, alg: Alg): boolean {
    return keyFitsAlg(alg, this.rowOf(slot).jwk)
  }

  copyTo(slot: number, target: Buffer, at: number): void {
    this.bytes.copy(target, at, slot * KEY_BYTES, (slot + 1) * KEY_BYTES)
  }

  private rowOf(slot: number): (typeof families)[number] {
    const row = families[this.familyNumbers[slot] ?? -1]
    if (row === undefined) throw new RangeError(`there is no key in slot ${slot}`)
    return row
  }

  private makeRoom(): void {
    const needed = this.familyNumbers.length * KEY_BYTES
    if (needed <= this.bytes.length) return
    const larger = Buffer.alloc(this.bytes.length * 2)
    this.bytes.copy(larger)
    this.bytes = larger
  }
}

function pointOf({ kty, x, y }: KeyMembers): Buffer | undefined {
  const first = decodeBase64url(x)
  if (first?.length !== 32) return undefined
  if (kty === 'OKP') return Buffer.from(first)
  const second = y === undefined ? undefined : decodeBase64url(y)
  return second?.length === 32 ? Buffer.concat([Uint8Array.of(4), first, second]) : undefined
}
