import type { PublicJwk } from './algorithms/algorithm.ts'
import { CompactJws, parseJws } from './compactJws.ts'
import type { DeviceKeyId } from './keyId.ts'
import { encodeJson, parseJsonPayload } from './jsonPayload.ts'
import { parsePublicJwk } from './publicJwk.ts'
import type { Checked, ContentRefusal, Refused } from './refusal.ts'
import { refuse } from './refusal.ts'
import { samePublicJwk } from './samePublicJwk.ts'
import type { Signer } from './signer.ts'
import { signJws } from './signJws.ts'
import { verifyJws } from './verifyJws.ts'

/**
 * What a device's key says about a key: payload `{jwk}`, header `{alg, typ, kid, chain, iat}`. A binding request is for one chain; the two
 * requests of a key replacement are for the device as a whole and name no chain.
 */
export type DeviceRequestType = 'brume-binding-request' | 'brume-key-possession' | 'brume-key-endorsement'

export interface DeviceRequestToSign {
  chain?: string
  /** Seconds since 1970 by the device's own clock. */
  iat: number
  /** The key that the request is about. */
  jwk: PublicJwk
}

/** What the reader knows from elsewhere; the request must say the same. */
export interface ExpectedRequest {
  typ: DeviceRequestType
  /** Absent: the request must name none. */
  chain?: string
  device: string
  /** Number of the key that signs. */
  keyNumber: number
  /** The key that the request is about. */
  jwk: PublicJwk
  /** The key that signs. */
  signedBy: PublicJwk
}

export interface DeviceRequest {
  jws: CompactJws
  iat: number
}

export function makeDeviceRequest(typ: DeviceRequestType, { chain, iat, jwk }: DeviceRequestToSign, signer: Signer): Promise<Uint8Array> {
  return signJws({ typ, chain, iat }, encodeJson({ jwk }), signer)
}

/** Whether the request is what is expected and its signature holds. How old `iat` may be is the caller's policy. */
export async function checkDeviceRequest(bytes: Uint8Array, expected: ExpectedRequest): Promise<Checked<DeviceRequest>> {
  const parsed = parseJws(bytes)
  if (!parsed.ok) return parsed
  const jws = parsed.envelope
  const problem = headerProblem(jws, expected) ?? payloadProblem(jws, expected.jwk)
  if (problem) return problem
  if (!(await verifyJws(jws, expected.signedBy))) return refuse('bad-signature', 'the signature does not hold under the key that should have signed')
  return { ok: true, value: { jws, iat: jws.header.iat ?? 0 } }
}

function headerProblem({ header, signer }: CompactJws, expected: ExpectedRequest): Refused<ContentRefusal> | undefined {
  if (header.typ !== expected.typ) return refuse('wrong-typ', `typ must be ${expected.typ}`)
  if (header.iat === undefined) return refuse('bad-iat', 'iat is missing')
  if (header.chain !== expected.chain) return refuse('other-chain', 'the request is for another chain')
  return signerProblem(signer, expected)
}

function signerProblem(signer: CompactJws['signer'], { device, keyNumber }: Pick<DeviceKeyId, 'keyNumber'> & { device: string }) {
  if (signer.kind !== 'device') return refuse('bad-kid', 'the request must be signed by a device key')
  if (signer.deviceId !== device) return refuse('other-device', 'the request is of another device')
  return signer.keyNumber === keyNumber ? undefined : refuse('other-key', `the request must be signed by key ${keyNumber}`)
}

function payloadProblem(jws: CompactJws, jwk: PublicJwk): Refused<ContentRefusal> | undefined {
  const payload = parseJsonPayload(jws.payload, ['jwk'])
  if (!payload.ok) return payload
  const key = parsePublicJwk(payload.value.jwk)
  if (!key.ok) return key
  return samePublicJwk(key.value.jwk, jwk) ? undefined : refuse('other-key', 'the request is about another key')
}
