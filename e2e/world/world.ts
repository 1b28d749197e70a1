import { BrumeClient, type Anchoring, type ChainResource, type CreatedTenant, type WriteMode } from '@brume/client'
import { expect } from 'vitest'
import { target } from '../environment.ts'
import { call, get } from '../http.ts'
import { leafHash } from '../reader/tree.ts'
import { SimulatedKey, type Alg } from './simulatedDevice.ts'

export const operator = new BrumeClient({ url: target.url, token: target.operatorToken })

export interface TenantWorld extends CreatedTenant {
  readonly client: BrumeClient
}

export async function newTenant(name = 'e2e'): Promise<TenantWorld> {
  const tenant = await operator.createTenant(name)
  return { ...tenant, client: operator.as(tenant.token) }
}

export interface ChainWishes {
  readonly writeMode?: WriteMode
  readonly public?: boolean
  readonly anchoring?: Partial<Anchoring>
}

/** Chains take seconds: make one for a file and share it. */
export async function readyChain({ client }: TenantWorld, wishes: ChainWishes = {}): Promise<ChainResource> {
  const { id } = await client.createChain({ name: 'e2e', anchoring: { maxDelayMs: 500 }, public: true, ...wishes })
  return client.waitForChain(id, 'ready', { limitMs: 60_000 })
}

let iat = Math.floor(Date.now() / 1_000)

/** A device with no SDK: it counts seq itself. */
export class SimulatedDevice {
  readonly id: string
  readonly tenant: TenantWorld
  key: SimulatedKey
  keyNumber = 1
  #seq = 0

  constructor(id: string, tenant: TenantWorld, key: SimulatedKey) {
    this.id = id
    this.tenant = tenant
    this.key = key
  }

  get kid(): string {
    return `${this.id}#${this.keyNumber}`
  }

  header(chainId: string, more: Record<string, unknown> = {}): Record<string, unknown> {
    return { alg: this.key.alg, typ: 'brume-reading', kid: this.kid, cty: 'application/senml+json', chain: chainId, seq: this.#seq++, iat: iat++, ...more }
  }

  /** A good reading, or one with other header members. */
  reading(chainId: string, more: Record<string, unknown> = {}, value: unknown = [{ n: 'temperature', u: 'Cel', v: 20.5 }]): string {
    return this.key.jws(this.header(chainId, more), JSON.stringify(value))
  }

  bindingRequest(chainId: string): string {
    return this.key.jws({ typ: 'brume-binding-request', kid: this.kid, chain: chainId, iat: iat++ }, { jwk: this.key.jwk })
  }
}

export async function newDevice(tenant: TenantWorld, alg: Alg = 'EdDSA'): Promise<SimulatedDevice> {
  const key = new SimulatedKey(alg)
  const answer = await call('POST', '/v1/devices', { token: tenant.token, json: { name: `e2e ${alg}`, jwk: key.jwk } })
  expect({ status: answer.status, body: answer.text }).toMatchObject({ status: 201 })
  return new SimulatedDevice(answer.json.id, tenant, key)
}

export async function bind(device: SimulatedDevice, chainId: string): Promise<void> {
  // The ledger hears of a new device through the log, a moment after the answer to its registration.
  await eventually(async () => {
    const answer = await call('PUT', `/v1/chains/${chainId}/devices/${device.id}`, { token: device.tenant.token, json: { request: device.bindingRequest(chainId) } })
    expect({ status: answer.status, body: answer.text }).toMatchObject({ status: 201 })
  })
}

export async function boundDevice(tenant: TenantWorld, chainId: string, alg: Alg = 'EdDSA'): Promise<SimulatedDevice> {
  const device = await newDevice(tenant, alg)
  await bind(device, chainId)
  return device
}

/** Sends readings until all are accepted: ingest hears of a binding through the log too. */
export async function deliver(envelopes: readonly string[]): Promise<string[]> {
  return eventually(async () => {
    const answer = await call('POST', '/v1/readings', { json: { readings: envelopes } })
    expect({ status: answer.status, body: answer.text.slice(0, 500) }).toMatchObject({ status: 202 })
    const statuses = new Set(answer.json.results.map(({ status }: { status: number }) => status))
    expect([...statuses]).toEqual([202])
    return answer.json.results.map((result: { leafHash: string }) => result.leafHash)
  })
}

export function leafHashText(envelope: string): string {
  return leafHash(Buffer.from(envelope)).toString('base64url')
}

export async function anchored(chainId: string, leaf: string, token?: string, limitMs = 30_000): Promise<void> {
  await eventually(async () => {
    const answer = await get(`/v1/chains/${chainId}/readings/${leaf}`, token)
    expect(answer.status).toBe(200)
    expect(answer.json.state).toBe('anchored')
  }, limitMs)
}

/** Looks until the expectations of `look` hold; at the limit its last failure is the test's. */
export async function eventually<T>(look: () => Promise<T>, limitMs = 20_000): Promise<T> {
  const endMs = performance.now() + limitMs
  for (;;) {
    try {
      return await look()
    } catch (error) {
      if (performance.now() > endMs) throw error
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}
