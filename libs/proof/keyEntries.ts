import type { ControlEnvelope, ControlPayload, PublicJwk } from '@brume/envelope'
import { checkBindingRequest, checkKeyEndorsement, checkKeyPossession, parseControlPayload, parseEntry, verifyJws } from '@brume/envelope'

/** A control entry that makes a key known, taken apart; nothing in it has been verified yet. */
export interface KeyEntry {
  envelope: ControlEnvelope
  payload: Exclude<ControlPayload, { typ: 'brume-device-status' }>
}

export function readKeyEntry(bytes: Uint8Array): KeyEntry | string {
  const parsed = parseEntry(bytes)
  if (!parsed.ok) return parsed.refusal.detail
  if (parsed.envelope.typ === 'brume-reading') return 'a reading makes no key known'
  const payload = parseControlPayload(parsed.envelope)
  if (!payload.ok) return payload.refusal.detail
  if (payload.value.typ === 'brume-device-status') return 'a device status makes no key known'
  return { envelope: parsed.envelope, payload: payload.value }
}

/** Which of several keys signed is not said: a `kid` counts the platform's keys, and whoever trusts some of them may not know their numbers. */
export async function isSignedByOneOf(envelope: ControlEnvelope, platformKeys: readonly PublicJwk[]): Promise<boolean> {
  for (const jwk of platformKeys) if (await verifyJws(envelope, jwk)) return true
  return false
}

export interface CurrentKey {
  keyNumber: number
  jwk: PublicJwk
}

/** Whether the device's own signatures inside the entry hold, in words when not. `current`: the key until then, absent before the binding. */
export async function deviceConsentProblem({ envelope, payload }: KeyEntry, current: CurrentKey | undefined): Promise<string | undefined> {
  if (payload.typ === 'brume-binding') {
    const request = await checkBindingRequest(bytesOf(payload.request), { ...payload, chain: envelope.chain })
    return request.ok ? undefined : `the device's binding request: ${request.refusal.detail}`
  }
  if (!current) return 'a key was replaced before the device was bound'
  if (payload.keyNumber <= current.keyNumber) return 'a new key must have a higher number than the old one'
  const possession = await checkKeyPossession(bytesOf(payload.possession), payload)
  if (!possession.ok) return `the new key's own signature: ${possession.refusal.detail}`
  if (payload.lost) return undefined
  const { device, jwk } = payload
  const endorsement = await checkKeyEndorsement(bytesOf(payload.endorsement), { device, jwk, oldKeyNumber: current.keyNumber, oldJwk: current.jwk })
  return endorsement.ok ? undefined : `the old key's endorsement: ${endorsement.refusal.detail}`
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
