/**
 * Why bytes are not an envelope. The codes are public: ingest answers with them, the golden vectors name them, and each has a vector in
 * `vectors/envelope/refused.json`.
 */
export const envelopeRefusalCodes = [
  'too-large',
  'not-compact-jws',
  'non-canonical-base64url',
  'header-not-json',
  'duplicate-member',
  'member-not-scalar',
  'forbidden-member',
  'unsupported-alg',
  'wrong-typ',
  'bad-kid',
  'bad-chain',
  'bad-seq',
  'bad-epoch',
  'bad-iat',
  'bad-prv',
  'bad-cty',
  'bad-jti',
  'bad-signature-length',
  'non-canonical-s',
  'high-s',
] as const

export type EnvelopeRefusalCode = (typeof envelopeRefusalCodes)[number]

export interface EnvelopeRefusal {
  code: EnvelopeRefusalCode
  /** One plain sentence for a person; not for programs. */
  detail: string
}

/** A refusal is an expected answer to hostile bytes, so it is a value and nothing throws. */
export type Parsed<T> = { ok: true; envelope: T } | Refused<EnvelopeRefusal>

export interface Refused<R> {
  ok: false
  refusal: R
}

/** Why something that stands around or inside an envelope (a key, a request, a payload, a promise) was not accepted. */
export interface ContentRefusal {
  code: EnvelopeRefusalCode | 'bad-payload' | 'bad-jwk' | 'other-chain' | 'other-device' | 'other-key' | 'bad-signature'
  detail: string
}

export type Checked<T> = { ok: true; value: T } | Refused<ContentRefusal>

export function refuse<C extends ContentRefusal['code']>(code: C, detail: string): Refused<{ code: C; detail: string }> {
  return { ok: false, refusal: { code, detail } }
}
