import type { Alg, DeviceStatus, PublicJwk } from '@brume/envelope'

/** One of the keys that a device has had. */
export interface DeviceKey {
  /** Counted from 1; the last one signs. */
  readonly number: number
  readonly jwk: PublicJwk
  /** RFC 7638, SHA-256, base64url. */
  readonly thumbprint: string
  /** Compact JWS by which the key shows that it is held. The first key shows it at the latest when the device is bound. */
  readonly possession?: string
  /** Compact JWS by which the key before agrees. */
  readonly endorsement?: string
  /** The key before was lost, and the tenant alone vouches for this one. */
  readonly lost: boolean
  readonly createdAt: Date
}

export interface Device {
  readonly id: string
  readonly tenantId: string
  readonly name: string
  readonly status: DeviceStatus
  /** In the order of their numbers, never empty. */
  readonly keys: readonly DeviceKey[]
  readonly createdAt: Date
}

/** Each replacement stays in the device's state, which travels as one event: it must not grow without end. */
export const MOST_KEYS = 100

export function currentKey(device: Device): DeviceKey {
  const key = device.keys.at(-1)
  if (key === undefined) throw new Error(`device ${device.id} has no key`)
  return key
}

/** `Ed25519` signs under `EdDSA` too (RFC 9864); the older name is the one that every library knows. */
const algOfCurve = { Ed25519: 'EdDSA', 'P-256': 'ES256' } as const satisfies Record<PublicJwk['crv'], Alg>

export function algOf(jwk: PublicJwk): Alg {
  return algOfCurve[jwk.crv]
}

export function keyStatus(device: Device, { number }: DeviceKey): 'active' | 'replaced' {
  return number === currentKey(device).number ? 'active' : 'replaced'
}
