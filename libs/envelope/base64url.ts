/**
 * Base64url without padding (RFC 4648 section 5, RFC 7515 section 2), one spelling per byte string: decoders of the platform (`atob`, `Buffer`,
 * `Uint8Array.fromBase64` in its loose mode) let padding, white space or unused bits pass, and each would give one reading many leaf hashes.
 * So the spelling is checked first and the platform only decodes. @scure/base refuses the same, but was measured at ten times the cost.
 */

/** ES2026 methods. Node 24 lacks them, browsers have them; they are looked for at run time. */
interface NativeBase64 {
  fromBase64?(text: string, options: { alphabet: 'base64url' }): Uint8Array<ArrayBuffer>
}
interface NativeToBase64 {
  toBase64?(options: { alphabet: 'base64url'; omitPadding: true }): string
}
// Checked by `?.` at every use: the type says that the method may be missing.
const native = Uint8Array as NativeBase64

const alphabet = /^[A-Za-z0-9_-]*$/
/** Last characters whose unused low bits are zero: four bits after one byte, two bits after two bytes (RFC 4648 section 3.5). */
const cleanLast = { 2: 'AQgw', 3: 'AEIMQUYcgkosw048' } as const

export function isCanonicalBase64url(text: string): boolean {
  return alphabet.test(text) && hasCanonicalEnd(text)
}

/** The length and the unused bits only; for text whose alphabet is already known to be right. */
export function hasCanonicalEnd(text: string): boolean {
  const rest = text.length % 4
  if (rest === 0) return true
  return rest !== 1 && cleanLast[rest === 2 ? 2 : 3].includes(text.charAt(text.length - 1))
}

/** The bytes, or nothing when the text is not the one canonical spelling of them. */
export function decodeBase64url(text: string): Uint8Array<ArrayBuffer> | undefined {
  return isCanonicalBase64url(text) ? decodeCanonical(text) : undefined
}

/** For text that `isCanonicalBase64url` has accepted. */
export function decodeCanonical(text: string): Uint8Array<ArrayBuffer> {
  return native.fromBase64?.(text, { alphabet: 'base64url' }) ?? fromBinary(decodeToBinary(text))
}

/** One character per byte, as `atob` gives it: the quickest way to short ASCII text such as a header. For canonical text only. */
export function decodeToBinary(text: string): string {
  return atob(text.replaceAll('-', '+').replaceAll('_', '/'))
}

export function fromBinary(binary: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(binary.length)
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i)
  return bytes
}

export function encodeBase64url(bytes: Uint8Array): string {
  // The type says that the method may be missing.
  const text = (bytes as NativeToBase64).toBase64?.({ alphabet: 'base64url', omitPadding: true })
  return text ?? btoa(toBinary(bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** In pieces, because an engine bounds the number of arguments of one call. */
const pieceBytes = 8_192

function toBinary(bytes: Uint8Array): string {
  let binary = ''
  for (let at = 0; at < bytes.length; at += pieceBytes) binary += String.fromCharCode(...bytes.subarray(at, at + pieceBytes))
  return binary
}
