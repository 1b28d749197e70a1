import type { Alg, PrivateJwk, PublicJwk, Signer } from '@brume/envelope'
import { generateDeviceKey, makeKeyEndorsement, makeKeyPossession, signerFromPrivateJwk } from '@brume/envelope'
import type { BrumeClient } from '../brumeClient.ts'
import type { DeviceResource, NewDeviceKey } from '../resources.ts'

/** A device as it knows itself: what its secure store holds. */
export interface DeviceIdentity {
  readonly id: string
  readonly keyNumber: number
  readonly publicJwk: PublicJwk
  readonly privateJwk: PrivateJwk
  readonly signer: Signer
}

/** Makes a key here and registers its public half; the private one never leaves. `client` speaks for the tenant. */
export async function enrolDevice(client: BrumeClient, name: string, alg: Alg = 'EdDSA'): Promise<DeviceIdentity> {
  const { publicJwk, privateJwk } = await generateDeviceKey(alg)
  const { id } = await client.registerDevice({ name, jwk: publicJwk })
  return identityOf(id, 1, privateJwk, alg)
}

export async function identityOf(id: string, keyNumber: number, privateJwk: PrivateJwk, alg?: Alg): Promise<DeviceIdentity> {
  const { d: _, ...publicJwk } = privateJwk
  return { id, keyNumber, publicJwk, privateJwk, signer: await signerFromPrivateJwk(privateJwk, `${id}#${keyNumber}`, alg) }
}

/** A new key that the old one endorses. `nowMs`: the device's clock. */
export async function replaceKey(client: BrumeClient, old: DeviceIdentity, nowMs: number, alg: Alg = 'EdDSA'): Promise<{ identity: DeviceIdentity; device: DeviceResource }> {
  const { privateJwk } = await generateDeviceKey(alg)
  const identity = await identityOf(old.id, old.keyNumber + 1, privateJwk, alg)
  const device = await client.replaceDeviceKey(old.id, await endorsedKey(old, identity, nowMs))
  return { identity, device }
}

async function endorsedKey(old: DeviceIdentity, identity: DeviceIdentity, nowMs: number): Promise<NewDeviceKey> {
  const request = { iat: Math.floor(nowMs / 1_000), jwk: identity.publicJwk }
  const [possession, endorsement] = [await makeKeyPossession(request, identity.signer), await makeKeyEndorsement(request, old.signer)]
  return { jwk: identity.publicJwk, possession: new TextDecoder().decode(possession), endorsement: new TextDecoder().decode(endorsement) }
}
