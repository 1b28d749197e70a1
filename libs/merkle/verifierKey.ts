import { fromBase64, toBase64 } from './base64.ts'
import { nobleSha256 } from './hash.ts'
import { MerkleError } from './merkleError.ts'
import { accepted, refused, type Outcome } from './outcome.ts'

/** An Ed25519 key that checks signed notes: C2SP signed-note, "Verifier keys" (vkey). */
export interface VerifierKey {
  readonly name: string
  /** The key ID of C2SP: a short name of the key, not a commitment to it. uint32. */
  readonly keyHash: number
  /** 32 bytes (RFC 8032). */
  readonly publicKey: Uint8Array
}

export type VerifierKeyProblem = 'vkey-malformed' | 'vkey-name' | 'vkey-algorithm' | 'vkey-length' | 'vkey-hash'

const PUBLIC_KEY_BYTES = 32
/** The signature type of plain Ed25519 (C2SP signed-note, "Signature types"). */
const ED25519 = 0x01

/** Non-empty, no Unicode spaces, no plus; nothing that a note may not contain. */
export function isKeyName(name: string): boolean {
  // oxlint-disable-next-line no-control-regex -- the rule of signed-note is about control characters
  return name !== '' && name.isWellFormed() && !/[\p{White_Space}+\u0000-\u001f]/u.test(name)
}

export function verifierKey(name: string, publicKey: Uint8Array): VerifierKey {
  if (!isKeyName(name)) throw new MerkleError('key-name', `${JSON.stringify(name)} is no key name: it is empty, or has a space, a plus or a control character`)
  if (publicKey.length !== PUBLIC_KEY_BYTES) throw new MerkleError('key-length', `an Ed25519 public key has ${PUBLIC_KEY_BYTES} bytes, not ${publicKey.length}`)
  return { name, keyHash: keyHash(name, publicKey), publicKey }
}

/** `<name>+<key hash in hex>+<base64(0x01 ‖ key)>` */
export function formatVerifierKey(key: VerifierKey): string {
  return `${key.name}+${key.keyHash.toString(16).padStart(8, '0')}+${toBase64(typedKey(key.publicKey))}`
}

export function parseVerifierKey(vkey: string): Outcome<VerifierKey, VerifierKeyProblem> {
  const [, name, hash, base64] = /^([^+]*)\+([0-9a-f]{8})\+(.+)$/s.exec(vkey) ?? []
  if (name === undefined || hash === undefined || base64 === undefined) return refused('vkey-malformed')
  if (!isKeyName(name)) return refused('vkey-name')
  const typed = fromBase64(base64)
  if (typed === undefined) return refused('vkey-malformed')
  if (typed[0] !== ED25519) return refused('vkey-algorithm')
  if (typed.length !== 1 + PUBLIC_KEY_BYTES) return refused('vkey-length')
  const key = verifierKey(name, typed.slice(1))
  return key.keyHash === Number.parseInt(hash, 16) ? accepted(key) : refused('vkey-hash')
}

/** The first four bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ key). */
function keyHash(name: string, publicKey: Uint8Array): number {
  const digest = nobleSha256(joined(new TextEncoder().encode(`${name}\n`), typedKey(publicKey)))
  return new DataView(digest.buffer, digest.byteOffset).getUint32(0)
}

function typedKey(publicKey: Uint8Array): Uint8Array {
  return joined(Uint8Array.of(ED25519), publicKey)
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(first.length + second.length)
  bytes.set(first)
  bytes.set(second, first.length)
  return bytes
}
