import type { ChainResource } from '@brume/client'
import { beforeAll, describe, expect, it } from 'vitest'
import { call, expectProblem, get, type Answer } from './http.ts'
import { SimulatedKey } from './world/simulatedDevice.ts'
import { bind, boundDevice, eventually, newDevice, newTenant, readyChain, type SimulatedDevice, type TenantWorld } from './world/world.ts'

let tenant: TenantWorld
let stranger: TenantWorld
let chain: ChainResource
beforeAll(async () => {
  tenant = await newTenant()
  stranger = await newTenant('stranger')
  chain = await readyChain(tenant)
})

function put(device: SimulatedDevice, request: unknown, token = tenant.token): Promise<Answer> {
  return call('PUT', `/v1/chains/${chain.id}/devices/${device.id}`, { token, json: { request } })
}

describe('a binding', () => {
  it('is an entry of the ledger, made once', async () => {
    const device = await newDevice(tenant)
    await bind(device, chain.id)
    const again = await put(device, device.bindingRequest(chain.id))
    expect(again.status).toBe(200)
    expect(again.json).toMatchObject({ chain: chain.id, device: device.id, leafHash: expect.stringMatching(/^[\w-]{43}$/), index: expect.any(Number) })
    expect((await get(`/v1/chains/${chain.id}/devices/${device.id}`, tenant.token)).json).toEqual(again.json)
    const entry = (await get(`/v1/chains/${chain.id}/readings/${again.json.leafHash}`)).json
    expect(entry).toMatchObject({ typ: 'brume-binding', index: again.json.index, flags: [] })
  })

  it('stands in the list, in pages', async () => {
    const made = [await boundDevice(tenant, chain.id), await boundDevice(tenant, chain.id, 'ES256')]
    const listed: string[] = []
    for (let cursor = ''; ; ) {
      const page = (await get(`/v1/chains/${chain.id}/devices?limit=1${cursor}`, tenant.token)).json
      listed.push(...page.items.map(({ device }: { device: string }) => device))
      if (page.next === null) break
      cursor = `&cursor=${page.next}`
    }
    expect(listed).toEqual([...new Set(listed)])
    expect(listed).toEqual(expect.arrayContaining(made.map(({ id }) => id)))
  })

  it('wants the device\'s own signature, for this chain', async () => {
    const device = await newDevice(tenant)
    const [other, iat] = [new SimulatedKey(), Math.floor(Date.now() / 1_000)]
    const header = { typ: 'brume-binding-request', kid: device.kid, chain: chain.id, iat }
    const refused = [
      other.jws(header, { jwk: device.key.jwk }), // signed by another key
      device.key.jws(header, { jwk: other.jwk }), // about another key
      device.key.jws({ ...header, chain: device.id }, { jwk: device.key.jwk }), // for another chain
      device.key.jws({ ...header, typ: 'brume-key-possession' }, { jwk: device.key.jwk }), // of another type
      device.key.jws({ ...header, kid: `${device.id}#2` }, { jwk: device.key.jwk }), // by another key number
      'no.jws.here',
    ]
    for (const request of refused) await eventually(async () => void (await expectProblem(await put(device, request), 422, 'binding-request-refused')))
    await expectProblem(await put(device, undefined), 400, 'invalid-request')
    await expectProblem(await get(`/v1/chains/${chain.id}/devices/${device.id}`, tenant.token), 404, 'binding-not-found')
  })

  it('is for active devices', async () => {
    const device = await newDevice(tenant)
    await call('POST', `/v1/devices/${device.id}/suspend`, { token: tenant.token })
    await eventually(async () => void (await expectProblem(await put(device, device.bindingRequest(chain.id)), 409, 'device-not-active')))
  })

  it('does not reach over to another tenant', async () => {
    const foreign = await newDevice(stranger)
    await expectProblem(await put(foreign, foreign.bindingRequest(chain.id)), 404, 'device-not-found')
    await expectProblem(await put(foreign, foreign.bindingRequest(chain.id), stranger.token), 404, 'chain-not-found')
    await expectProblem(await get(`/v1/chains/${chain.id}/devices`, stranger.token), 404, 'chain-not-found')
  })
})
