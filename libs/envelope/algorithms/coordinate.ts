import { decodeBase64url } from '../base64url.ts'

/** A 32-byte field element of a JWK (RFC 7518 section 6.2.1.2, RFC 8037 section 2): canonical base64url of exactly that length. */
export function readCoordinate(value: unknown): Uint8Array<ArrayBuffer> | undefined {
  const bytes = typeof value === 'string' ? decodeBase64url(value) : undefined
  return bytes?.length === 32 ? bytes : undefined
}

/** A member that WebCrypto's JWK export promises (W3C WebCrypto, "export key"); its absence is a fault of the runtime. */
export function exported(member: string | undefined): string {
  if (member === undefined) throw new Error('the runtime exported a JWK without a required member')
  return member
}
