import { z } from 'zod'
import { BINDINGS, CHAINS, DEVICES, KEYS, TENANTS } from './topics.ts'
import type { EventDefinition } from './eventVersion.ts'
import { defineEvent } from './eventVersion.ts'

/** Public members only: `d` and the other private members of RFC 7518 section 6 never enter the log. */
export const publicJwk = z.object({
  kty: z.enum(['OKP', 'EC']),
  crv: z.string().max(32),
  x: z.string().max(128),
  y: z.string().max(128).optional(),
  kid: z.string().max(200).optional(),
  alg: z.string().max(32).optional(),
  use: z.string().max(32).optional(),
})

const id = z.uuidv7().lowercase()
const jws = z.string().max(65_535)

const tenant = z.object({ id, name: z.string() })

const deviceKey = z.object({
  number: z.int().min(1),
  jwk: publicJwk,
  alg: z.string(),
  /** JWS typ brume-key-possession by the key itself. */
  possession: jws.optional(),
  /** JWS typ brume-key-endorsement by the key before it. */
  endorsement: jws.optional(),
  lost: z.boolean().optional(),
  status: z.enum(['active', 'replaced']),
})

const device = z.object({ id, tenantId: id, name: z.string(), status: z.enum(['active', 'suspended', 'revoked']), keys: z.array(deviceKey) })

const chain = z.object({
  id,
  tenantId: id,
  name: z.string(),
  state: z.enum(['requested', 'starting', 'ready', 'stopping', 'stopped', 'failed', 'deleted']),
  writeMode: z.enum(['batched', 'direct']),
  public: z.boolean(),
  partition: z.int().min(0),
  origin: z.string(),
  anchoring: z.object({ maxDelayMs: z.int().min(0), maxReadings: z.int().min(1), slackMs: z.int().min(0) }),
})

const binding = z.object({
  chainId: id,
  deviceId: id,
  tenantId: id,
  /** base64url without padding, 43 characters. */
  leafHash: z.base64url().length(43),
  /** Of the binding's entry in the ledger. */
  index: z.int().min(0),
})

const serviceKey = z.object({
  kid: z.string().max(200),
  owner: z.enum(['auth', 'ingest', 'ledger']),
  use: z.enum(['token', 'promise', 'platform']),
  jwk: publicJwk,
  status: z.enum(['active', 'retired']),
})

/** Which event travels on which compacted topic. Each holds the whole state of its key, so that the last one is enough. */
export const controlEvents = {
  [TENANTS]: defineEvent({ type: 'tenant', v: 1, data: tenant, keyOf: (data) => data.id }),
  [DEVICES]: defineEvent({ type: 'device', v: 1, data: device, keyOf: (data) => data.id }),
  [CHAINS]: defineEvent({ type: 'chain', v: 1, data: chain, keyOf: (data) => data.id }),
  [BINDINGS]: defineEvent({ type: 'binding', v: 1, data: binding, keyOf: (data) => `${data.chainId}/${data.deviceId}` }),
  [KEYS]: defineEvent({ type: 'key', v: 1, data: serviceKey, keyOf: (data) => data.kid }),
}

export type ControlTopic = keyof typeof controlEvents
export type ControlData<Topic extends ControlTopic> = (typeof controlEvents)[Topic] extends EventDefinition<infer Data> ? Data : never

export type TenantState = ControlData<typeof TENANTS>
export type DeviceState = ControlData<typeof DEVICES>
export type ChainState = ControlData<typeof CHAINS>
export type BindingState = ControlData<typeof BINDINGS>
export type KeyState = ControlData<typeof KEYS>
