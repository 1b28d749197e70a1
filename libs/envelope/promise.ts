import type { PublicJwk } from './algorithms/algorithm.ts'
import { CompactJws, parseJws } from './compactJws.ts'
import { encodeJson, parseJsonPayload } from './jsonPayload.ts'
import { isHashText } from './protectedHeader.ts'
import type { Checked } from './refusal.ts'
import { refuse } from './refusal.ts'
import type { Signer } from './signer.ts'
import { signJws } from './signJws.ts'
import { verifyJws } from './verifyJws.ts'

/** What ingest owes for what it has accepted: these leaves are in this ledger, and anchored by then. One signature may cover a whole request. */
export interface PromiseContent {
  /** Of the ledger: `<BRUME_ORIGIN>/chains/<chainId>`. */
  origin: string
  /** base64url, at least one. */
  leafHashes: string[]
  /** The log's append time; RFC 3339 in UTC with milliseconds, as `Date.prototype.toISOString` writes it. */
  acceptedAt: string
  /** Same form, not before `acceptedAt`. */
  anchorBy: string
}

export interface IngestPromise extends PromiseContent {
  jws: CompactJws
}

/** Compact JWS of typ `brume-promise`. Throws `UnsignableError` above 65,535 bytes: about 1,060 leaf hashes. */
export function makePromise({ origin, leafHashes, acceptedAt, anchorBy }: PromiseContent, signer: Signer): Promise<Uint8Array> {
  return signJws({ typ: 'brume-promise' }, encodeJson({ origin, leafHashes, acceptedAt, anchorBy }), signer)
}

export function parsePromise(bytes: Uint8Array): Checked<IngestPromise> {
  const parsed = parseJws(bytes)
  if (!parsed.ok) return parsed
  const jws = parsed.envelope
  if (jws.header.typ !== 'brume-promise') return refuse('wrong-typ', 'typ must be brume-promise')
  if (jws.signer.kind !== 'ingest') return refuse('bad-kid', 'a promise is signed by an ingest key')
  const payload = parseJsonPayload(jws.payload, ['origin', 'leafHashes', 'acceptedAt', 'anchorBy'])
  return payload.ok ? readContent(jws, payload.value) : payload
}

/** Against ingest's published key; which key that is, the `kid` says and the caller looks up. */
export function verifyPromise(promise: IngestPromise, jwk: PublicJwk): Promise<boolean> {
  return verifyJws(promise.jws, jwk)
}

/** C2SP tlog-checkpoint: no white space, no plus sign; and no scheme. */
const originShape = /^(?!.*:\/\/)[^\s+]{1,255}$/u

function readContent(jws: CompactJws, { origin, leafHashes, acceptedAt, anchorBy }: Record<string, unknown>): Checked<IngestPromise> {
  if (typeof origin !== 'string' || !originShape.test(origin)) return refuse('bad-payload', 'origin must be a schema-less name without spaces or plus signs')
  if (!isHashList(leafHashes)) return refuse('bad-payload', 'leafHashes must be a list of leaf hashes in base64url, not empty')
  if (!isTime(acceptedAt) || !isTime(anchorBy)) return refuse('bad-payload', 'acceptedAt and anchorBy must be RFC 3339 times in UTC with milliseconds')
  // Text of one form sorts as the times do.
  if (anchorBy < acceptedAt) return refuse('bad-payload', 'anchorBy must not be before acceptedAt')
  return { ok: true, value: { jws, origin, leafHashes, acceptedAt, anchorBy } }
}

function isHashList(value: unknown): value is string[] {
  return Array.isArray(value) && value.length > 0 && value.every(isHashText)
}

const time = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/

function isTime(value: unknown): value is string {
  if (typeof value !== 'string' || !time.test(value)) return false
  const timeMs = Date.parse(value)
  return !Number.isNaN(timeMs) && new Date(timeMs).toISOString() === value
}
