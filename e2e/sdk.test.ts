import { Device, enrolDevice, MemoryDeviceState, replaceKey, SENML_JSON, senmlPack, type ChainResource, type DeviceIdentity, type Payload } from '@brume/client'
import { beforeAll, describe, expect, it } from 'vitest'
import { trustOf, verdictOn } from './world/trustOf.ts'
import { eventually, newTenant, readyChain, type TenantWorld } from './world/world.ts'

let tenant: TenantWorld
let chain: ChainResource
beforeAll(async () => {
  tenant = await newTenant()
  chain = await readyChain(tenant)
})

function payload(v: number): Payload {
  return { content: senmlPack({ bn: 'urn:dev:ow:10e2073a01080063:' }, [{ n: 'temperature', u: 'Cel', v }]), cty: SENML_JSON }
}

async function deviceOf(identity: DeviceIdentity, state = new MemoryDeviceState()): Promise<Device> {
  const device = await Device.open({ client: tenant.client.as(undefined), signer: identity.signer, chain, state, now: Date.now })
  await eventually(async () => tenant.client.bindDevice(chain.id, identity.id, await device.bindingRequest(identity.publicJwk)))
  return device
}

describe('the device SDK', () => {
  it.each(['EdDSA', 'ES256'] as const)('brings readings of a %s key into the ledger and checks what it was promised', async (alg) => {
    const identity = await enrolDevice(tenant.client, 'sdk', alg)
    const device = await deviceOf(identity)
    await device.sign([payload(1), payload(2), payload(3)])
    const acknowledged = await eventually(async () => {
      const delivery = await device.send()
      expect(delivery.acknowledged).toHaveLength(3)
      return delivery.acknowledged
    })
    expect(device.unsent).toEqual([])
    const last = acknowledged[2]?.leafHash ?? ''
    await tenant.client.waitForAnchor(chain.id, last)
    expect(await verdictOn(await tenant.client.waitForProof(chain.id, last), trustOf(chain))).toMatchObject({ ok: true, reading: { seq: 2 } })
  })

  it('proves readings of a replaced key through both keys', async () => {
    const identity = await enrolDevice(tenant.client, 'rotating')
    const state = new MemoryDeviceState()
    await deviceOf(identity, state)
    const { identity: next } = await replaceKey(tenant.client, identity, Date.now(), 'ES256')
    const device = await Device.open({ client: tenant.client, signer: next.signer, chain, state, now: Date.now })
    await device.sign([payload(4)])
    const leaf = await eventually(async () => {
      const [first] = (await device.send()).acknowledged
      expect(first).toBeDefined()
      return first?.leafHash ?? ''
    })
    const file = await tenant.client.waitForProof(chain.id, leaf)
    expect(await verdictOn(file, trustOf(chain))).toMatchObject({ ok: true, reading: { keyNumber: 2 } })
    expect(JSON.parse(Buffer.from(file).toString()).binding.keyEntries).toHaveLength(2)
  })

  it('walks through pages', async () => {
    const indexes: number[] = []
    for await (const { index } of tenant.client.entries(chain.id, { limit: 2 })) indexes.push(index)
    expect(indexes).toEqual(indexes.map((_, at) => at))
  })
})
