import type { DeviceState } from '@brume/event-log'
import { algOf, keyStatus, type Device } from './device.ts'

/** The whole state of a device, as the topic `devices` has it. */
export function deviceState(device: Device): DeviceState {
  const { id, tenantId, name, status } = device
  const keys = device.keys.map((key) => {
    const { number, jwk, possession, endorsement, lost } = key
    return { number, jwk, alg: algOf(jwk), possession, endorsement, ...(lost && { lost }), status: keyStatus(device, key) }
  })
  return { id, tenantId, name, status, keys }
}
