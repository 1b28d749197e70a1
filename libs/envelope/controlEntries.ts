import type { PublicJwk, PublicKey } from './algorithms/algorithm.ts'
import type { ControlType } from './entryTypes.ts'
import type { ControlEnvelope } from './envelope.ts'
import { parseEntry } from './envelope.ts'
import { encodeJson, parseJsonPayload } from './jsonPayload.ts'
import { isKeyNumber, isUuidv7 } from './keyId.ts'
import { parsePublicJwk } from './publicJwk.ts'
import type { Checked, ContentRefusal, Refused } from './refusal.ts'
import { refuse } from './refusal.ts'
import { signable, signUnchecked } from './signJws.ts'
import type { Signer } from './signer.ts'

export interface BindingPayload {
  device: string
  keyNumber: number
  jwk: PublicJwk
  /** The device's own compact JWS of typ `brume-binding-request`. */
  request: string
}

/** A new key of a device: endorsed by the old one, or, when that is lost, by the platform alone. */
export type KeyPayload = KeyPayloadBase & ({ lost: false; endorsement: string } | { lost: true; endorsement?: undefined })

interface KeyPayloadBase {
  device: string
  keyNumber: number
  jwk: PublicJwk
  /** Compact JWS of typ `brume-key-possession` by the new key. */
  possession: string
}

export const deviceStatuses = ['active', 'suspended', 'revoked'] as const
export type DeviceStatus = (typeof deviceStatuses)[number]

export interface DeviceStatusPayload {
  device: string
  status: DeviceStatus
}

export type ControlPayload =
  | ({ typ: 'brume-binding' } & BindingPayload)
  | ({ typ: 'brume-key' } & KeyPayload)
  | ({ typ: 'brume-device-status' } & DeviceStatusPayload)

export interface ControlHeader {
  chain: string
  /** Seconds since 1970 by the platform's clock. */
  iat: number
  jti: string
}

/** The platform's entry for the log. Its text members are checked by shape only; whether a request in it holds is for `checkBindingRequest` and its kin. */
export async function signControlEntry(header: ControlHeader, { typ, ...payload }: ControlPayload, signer: Signer): Promise<Uint8Array> {
  const signed = await signUnchecked({ typ, cty: 'application/json', ...header }, encodeJson(payload), signer)
  return signable(signed, parseEntry(signed))
}

const readers = {
  'brume-binding': readBinding,
  'brume-key': readKey,
  'brume-device-status': readStatus,
} as const satisfies Record<ControlType, (bytes: Uint8Array) => Checked<ControlPayload>>

/** The payload of a control entry; neither the platform's signature nor the device's requests inside have been verified by this. */
export function parseControlPayload(envelope: ControlEnvelope): Checked<ControlPayload> {
  return readers[envelope.typ](envelope.payload)
}

function readBinding(bytes: Uint8Array): Checked<ControlPayload> {
  const payload = parseJsonPayload(bytes, ['device', 'keyNumber', 'jwk', 'request'])
  if (!payload.ok) return payload
  const subject = readSubject(payload.value)
  if (!subject.ok) return subject
  const { request } = payload.value
  if (!isCompact(request)) return refuse('bad-payload', 'request must be a compact JWS')
  return { ok: true, value: { typ: 'brume-binding', ...subject.value, request } }
}

function readKey(bytes: Uint8Array): Checked<ControlPayload> {
  const payload = parseJsonPayload(bytes, ['device', 'keyNumber', 'jwk', 'possession', 'lost'], ['endorsement'])
  if (!payload.ok) return payload
  const subject = readSubject(payload.value)
  if (!subject.ok) return subject
  const { possession, endorsement, lost } = payload.value
  if (!isCompact(possession)) return refuse('bad-payload', 'possession must be a compact JWS')
  if (lost === true && endorsement === undefined) return { ok: true, value: { typ: 'brume-key', ...subject.value, possession, lost } }
  if (lost === false && isCompact(endorsement)) return { ok: true, value: { typ: 'brume-key', ...subject.value, possession, endorsement, lost } }
  return refuse('bad-payload', 'lost must be true without an endorsement, or false with one')
}

function readStatus(bytes: Uint8Array): Checked<ControlPayload> {
  const payload = parseJsonPayload(bytes, ['device', 'status'])
  if (!payload.ok) return payload
  const { device } = payload.value
  const status = deviceStatuses.find((known) => known === payload.value.status)
  if (!isUuidv7(device)) return refuse('bad-payload', 'device must be a lower-case UUIDv7')
  return status ? { ok: true, value: { typ: 'brume-device-status', device, status } } : refuse('bad-payload', 'status must be active, suspended or revoked')
}

type Subject = Pick<BindingPayload, 'device' | 'keyNumber' | 'jwk'>

function readSubject({ device, keyNumber, jwk }: Record<string, unknown>): { ok: true; value: Subject } | Refused<ContentRefusal> {
  if (!isUuidv7(device)) return refuse('bad-payload', 'device must be a lower-case UUIDv7')
  if (!isKeyNumber(keyNumber)) return refuse('bad-payload', 'keyNumber must be an integer from 1 to 999999999')
  const key: Checked<PublicKey> = parsePublicJwk(jwk)
  return key.ok ? { ok: true, value: { device, keyNumber, jwk: key.value.jwk } } : key
}

const compact = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/

function isCompact(value: unknown): value is string {
  return typeof value === 'string' && compact.test(value)
}
