import type { PublicJwk } from './algorithms/algorithm.ts'
import type { DeviceRequest, DeviceRequestToSign } from './deviceRequest.ts'
import { checkDeviceRequest, makeDeviceRequest } from './deviceRequest.ts'
import type { Checked } from './refusal.ts'
import type { Signer } from './signer.ts'

/** The new key shows that the device holds it. `signer` is the new key, `jwk` its public part. */
export function makeKeyPossession(request: Omit<DeviceRequestToSign, 'chain'>, signer: Signer): Promise<Uint8Array> {
  return makeDeviceRequest('brume-key-possession', request, signer)
}

/** The old key names its successor. `signer` is the old key, `jwk` the public part of the new one. */
export function makeKeyEndorsement(request: Omit<DeviceRequestToSign, 'chain'>, signer: Signer): Promise<Uint8Array> {
  return makeDeviceRequest('brume-key-endorsement', request, signer)
}

export interface ExpectedPossession {
  device: string
  /** The new key and its number. */
  keyNumber: number
  jwk: PublicJwk
}

export function checkKeyPossession(bytes: Uint8Array, expected: ExpectedPossession): Promise<Checked<DeviceRequest>> {
  return checkDeviceRequest(bytes, { ...expected, typ: 'brume-key-possession', signedBy: expected.jwk })
}

export interface ExpectedEndorsement {
  device: string
  /** The new key. */
  jwk: PublicJwk
  /** The key that the log holds for the device until now, and its number. */
  oldKeyNumber: number
  oldJwk: PublicJwk
}

export function checkKeyEndorsement(bytes: Uint8Array, { device, jwk, oldKeyNumber, oldJwk }: ExpectedEndorsement): Promise<Checked<DeviceRequest>> {
  return checkDeviceRequest(bytes, { typ: 'brume-key-endorsement', device, jwk, keyNumber: oldKeyNumber, signedBy: oldJwk })
}
