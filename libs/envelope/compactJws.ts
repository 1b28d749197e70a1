import { familyOfAlg } from './algorithms/index.ts'
import type { AlgorithmFamily } from './algorithms/algorithm.ts'
import { decodeCanonical, hasCanonicalEnd } from './base64url.ts'
import type { KeyId } from './keyId.ts'
import { parseKeyId } from './keyId.ts'
import type { ProtectedHeader } from './protectedHeader.ts'
import { parseProtectedHeader } from './protectedHeader.ts'
import type { EnvelopeRefusal, Parsed, Refused } from './refusal.ts'
import { refuse } from './refusal.ts'

/** The uint16 length of a tlog-tiles entry (C2SP tlog-tiles, "Log Entries"). */
export const MAX_ENVELOPE_BYTES = 65_535

/** What parsing has found out; the payload stays undecoded, because ingest and ledger never look at it. */
export interface JwsParts {
  bytes: Uint8Array
  header: ProtectedHeader
  signer: KeyId
  /** Where the text of the payload begins in `bytes`, and where it ends. */
  payloadStart: number
  payloadEnd: number
  signature: Uint8Array
}

/** A JWS in compact serialisation (RFC 7515 section 7.1) that was parsed strictly; its signature has NOT been verified. Holds a view of the bytes it was made from. */
export class CompactJws<S extends KeyId = KeyId> {
  readonly bytes: Uint8Array
  readonly header: ProtectedHeader
  readonly signer: S
  private readonly payloadStart: number
  private readonly payloadEnd: number
  readonly signature: Uint8Array

  constructor(parts: JwsParts, signer: S) {
    this.bytes = parts.bytes
    this.header = parts.header
    this.signer = signer
    this.payloadStart = parts.payloadStart
    this.payloadEnd = parts.payloadEnd
    this.signature = parts.signature
  }

  /** `BASE64URL(header) . BASE64URL(payload)`: what is signed, and what a reading's identity is. A view of `bytes`. */
  get signingInput(): Uint8Array {
    return this.bytes.subarray(0, this.payloadEnd)
  }

  /** Decoded at every call. */
  get payload(): Uint8Array {
    return decodeCanonical(ascii.decode(this.bytes.subarray(this.payloadStart, this.payloadEnd)))
  }

  get text(): string {
    return ascii.decode(this.bytes)
  }
}

/** A byte order mark must be seen, not swallowed; bytes beyond ASCII become U+FFFD and fail the shape below. */
const ascii = new TextDecoder('utf-8', { ignoreBOM: true })
/** No empty payload: `a..b` is also how a detached payload looks (RFC 7515 appendix F). */
const shape = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/

/** Any JWS that Brume reads, under the same strictness as an envelope; which `typ`, signer and members belong together is the caller's to check. */
export function parseJws(bytes: Uint8Array): Parsed<CompactJws> {
  const parsed = parseParts(bytes)
  return parsed.ok ? { ok: true, envelope: new CompactJws(parsed.envelope, parsed.envelope.signer) } : parsed
}

export function parseParts(bytes: Uint8Array): Parsed<JwsParts> {
  if (bytes.length > MAX_ENVELOPE_BYTES) return refuse('too-large', `an envelope has at most ${MAX_ENVELOPE_BYTES} bytes`)
  const text = ascii.decode(bytes)
  if (!shape.test(text)) return refuseShape(text)
  const headerEnd = text.indexOf('.')
  const payloadEnd = text.indexOf('.', headerEnd + 1)
  const signatureText = text.slice(payloadEnd + 1)
  const headerText = text.slice(0, headerEnd)
  const payloadText = text.slice(headerEnd + 1, payloadEnd)
  if (!hasCanonicalEnd(headerText) || !hasCanonicalEnd(payloadText) || !hasCanonicalEnd(signatureText)) return refuseSpelling()
  return assemble(bytes, headerText, payloadEnd, decodeCanonical(signatureText))
}

function assemble(bytes: Uint8Array, headerText: string, payloadEnd: number, signature: Uint8Array): Parsed<JwsParts> {
  const parsed = parseProtectedHeader(headerText)
  if (!parsed.ok) return parsed
  const { header } = parsed
  const family = familyOfAlg(header.alg)
  const signer = parseKeyId(header.kid)
  if (!family) return refuse('unsupported-alg', 'alg is unknown')
  if (!signer) return refuse('bad-kid', 'kid must be <owner>#<key number>, the owner a lower-case UUIDv7, platform or ingest')
  const problem = signatureProblem(family, signature)
  if (problem) return problem
  return { ok: true, envelope: { bytes, header, signer, payloadStart: headerText.length + 1, payloadEnd, signature } }
}

function signatureProblem(family: AlgorithmFamily, signature: Uint8Array): Refused<EnvelopeRefusal> | undefined {
  if (signature.length !== family.signatureBytes) return refuse('bad-signature-length', `a signature must have ${family.signatureBytes} bytes`)
  const refusal = family.refuseSignature(signature)
  return refusal && { ok: false, refusal }
}

function refuseShape(text: string): Refused<EnvelopeRefusal> {
  const parts = text.split('.')
  if (parts.length === 3 && parts.every((part) => part !== '')) return refuseSpelling()
  return refuse('not-compact-jws', 'an envelope is three parts joined by two dots, none of them empty')
}

function refuseSpelling(): Refused<EnvelopeRefusal> {
  return refuse('non-canonical-base64url', 'the parts must be base64url without padding, white space or unused bits')
}
