import { encodeBase64url } from './base64url.ts'
import { parseJws } from './compactJws.ts'
import type { ProtectedHeader } from './protectedHeader.ts'
import type { EnvelopeRefusal, Parsed } from './refusal.ts'
import type { Signer } from './signer.ts'

/** The signer brings `alg` and `kid`. */
export type HeaderToSign = Omit<ProtectedHeader, 'alg' | 'kid'>

/** What was asked to be signed would be refused by every reader: a fault of the caller, so it is thrown. */
export class UnsignableError extends Error {
  readonly refusal: EnvelopeRefusal

  constructor(refusal: EnvelopeRefusal) {
    super(`${refusal.code}: ${refusal.detail}`)
    this.name = 'UnsignableError'
    this.refusal = refusal
  }
}

const utf8 = new TextEncoder()

/** The compact serialisation, in ASCII. Members stand in one fixed order, so the same header is always the same bytes. Throws `UnsignableError`. */
export async function signJws(header: HeaderToSign, payload: Uint8Array, signer: Signer): Promise<Uint8Array> {
  const signed = await signUnchecked(header, payload, signer)
  return signable(signed, parseJws(signed))
}

/** `bytes` when their own parser takes them: what a device would hear from ingest later, it hears at once. */
export function signable(bytes: Uint8Array, parsed: Parsed<unknown>): Uint8Array {
  if (!parsed.ok) throw new UnsignableError(parsed.refusal)
  return bytes
}

export async function signUnchecked(header: HeaderToSign, payload: Uint8Array, signer: Signer): Promise<Uint8Array> {
  const signingInput = `${encodeBase64url(utf8.encode(headerText(header, signer)))}.${encodeBase64url(payload)}`
  const signature = await signer.sign(utf8.encode(signingInput))
  return utf8.encode(`${signingInput}.${encodeBase64url(signature)}`)
}

function headerText({ typ, cty, chain, seq, epoch, iat, prv, jti }: HeaderToSign, { alg, kid }: Signer): string {
  const header: ProtectedHeader = { alg, typ, kid, cty, chain, seq, epoch, iat, prv, jti }
  return JSON.stringify(header) // leaves out what is undefined
}
