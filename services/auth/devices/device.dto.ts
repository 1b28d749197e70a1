import { z } from 'zod'
import { rfc3339 } from '@brume/config'
import { deviceStatuses } from '@brume/envelope'
import { pageOf } from '@brume/http'
import { algOf, keyStatus, type Device } from './device.ts'

/** Its form is `parsePublicJwk`'s to judge, which says in words what is wrong with a key. */
const jwk = z.looseObject({ kty: z.string(), crv: z.string(), x: z.string(), y: z.string().optional() }).describe('public JWK: Ed25519 (RFC 8037) or P-256 (RFC 7518)')

/** Every ledger of the device carries both JWS of a replacement in one entry of at most 65,535 bytes: what is let in here must fit there. */
const request = z.string().min(1).max(4_096)
const possession = request.describe('compact JWS of typ brume-key-possession by the new key')

export const newDeviceDto = z.strictObject({
  name: z.string().trim().min(1).max(100),
  jwk,
  possession: possession.optional().describe('compact JWS of typ brume-key-possession with kid <id>#1: the device takes this id, a UUIDv7 that it made itself'),
})
export type NewDevice = z.output<typeof newDeviceDto>

export const newKeyDto = z
  .strictObject({
    jwk,
    possession,
    endorsement: request.optional().describe('compact JWS of typ brume-key-endorsement by the old key'),
    lost: z.boolean().default(false).describe('true: the old key is lost and cannot agree; every ledger of the device will show it'),
  })
  .refine(({ endorsement, lost }) => !(lost && endorsement !== undefined), { path: ['lost'], message: 'A key that endorses is not lost: send one of the two' })
export type NewKey = z.output<typeof newKeyDto>

export const deviceIdDto = z.uuidv7().lowercase()

const publicJwkDto = z.object({ kty: z.string(), crv: z.string(), x: z.string(), y: z.string().optional() })

export const deviceDto = z.object({
  id: z.string(),
  name: z.string(),
  status: z.enum(deviceStatuses),
  keys: z.array(z.object({ number: z.int(), jwk: publicJwkDto, alg: z.string(), status: z.enum(['active', 'replaced']), thumbprint: z.string().describe('RFC 7638') })),
  createdAt: z.string(),
})
export type DeviceResource = z.output<typeof deviceDto>
export const devicePageDto = pageOf(deviceDto)

export function deviceResource(device: Device): DeviceResource {
  const { id, name, status, createdAt } = device
  const keys = device.keys.map((key) => ({ number: key.number, jwk: key.jwk, alg: algOf(key.jwk), status: keyStatus(device, key), thumbprint: key.thumbprint }))
  return { id, name, status, keys, createdAt: rfc3339(createdAt.getTime()) }
}
