import { checkKeyEndorsement, checkKeyPossession, jwkThumbprint, parseJws, parsePublicJwk, type PublicJwk } from '@brume/envelope'
import { authProblems } from '../problems.ts'
import type { NewKey } from './device.dto.ts'
import { currentKey, type Device, type DeviceKey } from './device.ts'

const utf8 = new TextEncoder()

export function publicKeyOf(jwk: unknown): PublicJwk {
  const key = parsePublicJwk(jwk)
  if (!key.ok) throw authProblems.problem('device-key-refused', key.refusal.detail)
  return key.value.jwk
}

/** A device that shows that it holds its first key names itself in doing so: the kid of its statement has its id. */
export function idInPossession(possession: string): string {
  const jws = parseJws(utf8.encode(possession))
  if (!jws.ok) throw authProblems.problem('key-possession-refused', jws.refusal.detail)
  const { signer } = jws.envelope
  if (signer.kind !== 'device') throw authProblems.problem('key-possession-refused', 'kid must be <device id>#1')
  return signer.deviceId
}

/** How old `iat` is does not matter: device, number and key together are good for one registration, whenever it was signed; and many devices have no clock yet. */
export async function checkPossession(possession: string, device: string, keyNumber: number, jwk: PublicJwk): Promise<void> {
  const checked = await checkKeyPossession(utf8.encode(possession), { device, keyNumber, jwk })
  if (!checked.ok) throw authProblems.problem('key-possession-refused', checked.refusal.detail)
}

/** The key that takes the place of the device's current one. */
export async function successorOf(device: Device, { jwk: sent, possession, endorsement, lost }: NewKey, createdAt: Date): Promise<DeviceKey> {
  const jwk = publicKeyOf(sent)
  const number = currentKey(device).number + 1
  await checkPossession(possession, device.id, number, jwk)
  if (!lost) await checkEndorsement(endorsement, device, jwk)
  return { number, jwk, thumbprint: await jwkThumbprint(jwk), possession, endorsement, lost, createdAt }
}

async function checkEndorsement(endorsement: string | undefined, device: Device, jwk: PublicJwk): Promise<void> {
  if (endorsement === undefined) throw authProblems.problem('key-endorsement-missing')
  const { number: oldKeyNumber, jwk: oldJwk } = currentKey(device)
  const checked = await checkKeyEndorsement(utf8.encode(endorsement), { device: device.id, jwk, oldKeyNumber, oldJwk })
  if (!checked.ok) throw authProblems.problem('key-endorsement-refused', checked.refusal.detail)
}
