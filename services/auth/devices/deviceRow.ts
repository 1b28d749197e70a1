import { z } from 'zod'
import { deviceStatuses, type PublicJwk } from '@brume/envelope'
import type { Prisma } from '@brume/prisma'
import type { Device, DeviceKey } from './device.ts'

export const withKeys = { keys: { orderBy: { number: 'asc' } } } as const satisfies Prisma.DeviceInclude
type DeviceRow = Prisma.DeviceGetPayload<{ include: typeof withKeys }>
type KeyRow = DeviceRow['keys'][number]

const status = z.enum(deviceStatuses)

/** What `parsePublicJwk` gave when the key came in: its points need not be checked again, which costs a millisecond each. */
const jwk: z.ZodType<PublicJwk> = z.discriminatedUnion('kty', [
  z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string() }),
  z.object({ kty: z.literal('EC'), crv: z.literal('P-256'), x: z.string(), y: z.string() }),
])

export function deviceOf({ id, tenantId, name, status: text, createdAt, keys }: DeviceRow): Device {
  return { id, tenantId, name, status: status.parse(text), createdAt, keys: keys.map(keyOf) }
}

function keyOf({ number, jwk: text, thumbprint, possession, endorsement, lost, createdAt }: KeyRow): DeviceKey {
  return { number, jwk: jwk.parse(JSON.parse(text)), thumbprint, possession: possession ?? undefined, endorsement: endorsement ?? undefined, lost, createdAt }
}

export function rowOfKey(deviceId: string, { jwk: key, ...rest }: DeviceKey): Prisma.DeviceKeyUncheckedCreateInput {
  return { deviceId, jwk: JSON.stringify(key), ...rest }
}
