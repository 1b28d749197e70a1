import type { PublicJwk } from './algorithms/algorithm.ts'
import type { DeviceRequest, DeviceRequestToSign } from './deviceRequest.ts'
import { checkDeviceRequest, makeDeviceRequest } from './deviceRequest.ts'
import type { Checked } from './refusal.ts'
import type { Signer } from './signer.ts'

/** A device asks to be bound to a chain and shows that it holds its key (proof of possession, RFC 2986's reason). `signer` is that key. */
export function makeBindingRequest(request: DeviceRequestToSign & { chain: string }, signer: Signer): Promise<Uint8Array> {
  return makeDeviceRequest('brume-binding-request', request, signer)
}

export interface ExpectedBinding {
  chain: string
  device: string
  keyNumber: number
  jwk: PublicJwk
}

export function checkBindingRequest(bytes: Uint8Array, expected: ExpectedBinding): Promise<Checked<DeviceRequest>> {
  return checkDeviceRequest(bytes, { ...expected, typ: 'brume-binding-request', signedBy: expected.jwk })
}
