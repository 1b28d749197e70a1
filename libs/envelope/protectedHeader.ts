import type { Alg } from './algorithms/algorithm.ts'
import { isAlg } from './algorithms/index.ts'
import { decodeToBinary, fromBinary, isCanonicalBase64url } from './base64url.ts'
import { isUuidv7 } from './keyId.ts'
import type { EnvelopeRefusal, EnvelopeRefusalCode, Refused } from './refusal.ts'
import { refuse } from './refusal.ts'
import type { StrictJson, StrictObject } from './strictJson.ts'
import { parseStrictJson, parseStrictJsonBytes } from './strictJson.ts'

/** The protected header of any JWS that Brume reads. Members unknown to Brume are allowed (RFC 7515 section 4) if scalar, and stay in the object. */
export interface ProtectedHeader {
  alg: Alg
  typ: string
  /** `<deviceId>#<n>`, `platform#<n>` or `ingest#<n>`; see `parseKeyId`. */
  kid: string
  /** Media type of the payload. */
  cty?: string
  /** UUIDv7 of the chain, so that a reading for one chain cannot be replayed into another. */
  chain?: string
  /** Counted per device, chain and epoch: 0…2^53-1. */
  seq?: number
  /** Raised when a device has lost its `seq`; 0 when absent. */
  epoch?: number
  /** The signer's own clock, seconds since 1970 (NumericDate of RFC 7519, fractions allowed). */
  iat?: number
  /** Leaf hash of the device's previous envelope on this chain, base64url. */
  prv?: string
  jti?: string
}

export type HeaderResult = { ok: true; header: ProtectedHeader } | Refused<EnvelopeRefusal>

/** Members that would let a header bring its own key, or change what is signed (RFC 7515 section 4.1, RFC 7797; RFC 8725 section 3.10). */
const forbidden: ReadonlySet<string> = new Set(['crit', 'b64', 'jwk', 'jku', 'x5u', 'x5c', 'x5t', 'x5t#S256'])

interface MemberRule {
  code: EnvelopeRefusalCode
  expects: string
  holds(value: unknown, object: StrictObject): boolean
}

const mediaType = /^[A-Za-z0-9][\w!#$&^.+-]{0,126}(?:\/[A-Za-z0-9][\w!#$&^.+-]{0,126})?(?: ?; ?[\w!#$&^.+-]+=[\w!#$&^.+-]+)*$/
const visibleAscii = /^[\x21-\x7e]{1,128}$/
const digits = /^(?:0|[1-9][0-9]*)$/
/** The rest of its form is `parseKeyId`'s, which every parser of a JWS calls next. */
const isText = (value: unknown) => typeof value === 'string'

/** Written without fraction or exponent, because `9007199254740991.4` or `5.00000000000000001` round to an integer in JavaScript and not elsewhere. */
function isInteger(member: string) {
  return (value: unknown, { numberTexts }: StrictObject) =>
    typeof value === 'number' && value >= 0 && Number.isSafeInteger(value) && (!numberTexts || digits.test(numberTexts.get(member) ?? ''))
}

/** Every member that means something to Brume, with what it must be when it is there. */
const memberRules = {
  alg: { code: 'unsupported-alg', expects: 'EdDSA, Ed25519 or ES256', holds: isAlg },
  typ: { code: 'wrong-typ', expects: 'a media type without spaces', holds: (value) => typeof value === 'string' && visibleAscii.test(value) },
  kid: { code: 'bad-kid', expects: '<owner>#<key number>', holds: isText },
  cty: { code: 'bad-cty', expects: 'a media type', holds: (value) => typeof value === 'string' && value.length <= 255 && mediaType.test(value) },
  chain: { code: 'bad-chain', expects: 'a lower-case UUIDv7', holds: isUuidv7 },
  seq: { code: 'bad-seq', expects: 'an integer 0…2^53-1', holds: isInteger('seq') },
  epoch: { code: 'bad-epoch', expects: 'an integer 0…2^53-1', holds: isInteger('epoch') },
  iat: { code: 'bad-iat', expects: 'seconds since 1970, a finite number >= 0', holds: (value) => Number.isFinite(value) && Number(value) >= 0 },
  prv: { code: 'bad-prv', expects: 'a leaf hash in base64url', holds: isHashText },
  jti: { code: 'bad-jti', expects: '1 to 128 visible ASCII characters', holds: (value) => typeof value === 'string' && visibleAscii.test(value) },
} as const satisfies Record<keyof ProtectedHeader, MemberRule>

const ruleOf: ReadonlyMap<string, MemberRule> = new Map(Object.entries(memberRules))
const always = ['alg', 'typ', 'kid'] as const

/** 32 bytes: 43 characters of canonical base64url. */
export function isHashText(value: unknown): value is string {
  return typeof value === 'string' && value.length === 43 && isCanonicalBase64url(value)
}

export function refuseMember(member: keyof ProtectedHeader, problem: string): Refused<EnvelopeRefusal> {
  return refuse(memberRules[member].code, `${member} ${problem}`)
}

/** `text`: the first part of the compact serialisation, canonical base64url. */
export function parseProtectedHeader(text: string): HeaderResult {
  const json = parseHeaderJson(text)
  if (json.ok) return checkMembers(json.object)
  if (json.why === 'duplicate') return refuse('duplicate-member', `the header has two members ${JSON.stringify(json.member)}`)
  return refuse('header-not-json', 'the protected header is not a JSON object in UTF-8')
}

const beyondAscii = /[\u0080-\u00ff]/

/** An ASCII header, which nearly all are, needs no detour over bytes. */
function parseHeaderJson(text: string): StrictJson {
  const binary = decodeToBinary(text)
  return beyondAscii.test(binary) ? parseStrictJsonBytes(fromBinary(binary)) : parseStrictJson(binary)
}

function checkMembers(object: StrictObject): HeaderResult {
  for (const member of Object.keys(object.members)) {
    const problem = memberProblem(member, object)
    if (problem) return problem
  }
  for (const member of always) if (!Object.hasOwn(object.members, member)) return refuseMember(member, 'is missing')
  // memberRules, which the compiler holds complete, has just checked every member of ProtectedHeader.
  return { ok: true, header: object.members as unknown as ProtectedHeader }
}

function memberProblem(member: string, object: StrictObject): Refused<EnvelopeRefusal> | undefined {
  const value = object.members[member]
  const rule = ruleOf.get(member)
  if (rule) return rule.holds(value, object) ? undefined : refuse(rule.code, `${member} must be ${rule.expects}`)
  if (forbidden.has(member)) return refuse('forbidden-member', `${member} is not allowed in the header`)
  if (typeof value === 'object' && value !== null) return refuse('member-not-scalar', `${JSON.stringify(member)} is not a scalar`)
  return undefined
}
