import type { ChainResource } from '@brume/client'
import { beforeAll, describe, expect, it } from 'vitest'
import { call, expectProblem, get, type Answer } from './http.ts'
import { anchored, boundDevice, deliver, eventually, newTenant, readyChain, type SimulatedDevice, type TenantWorld } from './world/world.ts'

let tenant: TenantWorld
let chain: ChainResource
let device: SimulatedDevice
beforeAll(async () => {
  tenant = await newTenant()
  chain = await readyChain(tenant, { public: false })
  device = await boundDevice(tenant, chain.id)
})

const create = (json: unknown): Promise<Answer> => call('POST', '/v1/chains', { token: tenant.token, json })
const ask = (method: string, path: string): Promise<Answer> => call(method, `/v1/chains/${chain.id}${path}`, { token: tenant.token })

async function becomes(state: string): Promise<void> {
  await eventually(async () => expect((await ask('GET', '')).json.state).toBe(state), 60_000)
}

describe('a new chain', () => {
  it('is accepted at once and made in the background', async () => {
    const answer = await create({ name: 'probe' })
    expect(answer.status).toBe(202)
    expect(['requested', 'starting']).toContain(answer.json.state)
    expect(answer.json).toMatchObject({ name: 'probe', engine: 'ganache', writeMode: 'batched', public: false, anchoring: { maxDelayMs: 5_000, maxReadings: 1_000, slackMs: 10_000 } })
    await tenant.client.waitForChain(answer.json.id, 'ready', { limitMs: 60_000 })
    await expectProblem(await call('DELETE', `/v1/chains/${answer.json.id}`, { token: tenant.token }), 409, 'chain-state-conflict')
    expect((await call('POST', `/v1/chains/${answer.json.id}/stop`, { token: tenant.token })).status).toBe(202)
    await tenant.client.waitForChain(answer.json.id, 'stopped', { limitMs: 60_000 })
    expect((await call('DELETE', `/v1/chains/${answer.json.id}`, { token: tenant.token })).status).toBe(202)
    await expectProblem(await get(`/v1/chains/${answer.json.id}`, tenant.token), 404, 'chain-not-found')
    expect((await get('/v1/chains', tenant.token)).json.items.map(({ id }: ChainResource) => id)).not.toContain(answer.json.id)
  })

  it('shows what trust is made of', async () => {
    const { json } = await ask('GET', '')
    expect(json).toMatchObject({
      state: 'ready', eip155: expect.any(Number), contract: expect.stringMatching(/^0x[0-9a-f]{40}$/i), createdAt: expect.stringMatching(/Z$/),
      ledger: { origin: expect.stringMatching(new RegExp(`^[^\\s+:]+(:\\d+)?/chains/${chain.id}$`)), verifierKey: expect.stringContaining(`/chains/${chain.id}+`), size: expect.any(Number) },
      platformKeys: [{ kty: 'OKP', crv: 'Ed25519', x: expect.any(String), kid: expect.stringMatching(/^platform#\d+$/) }],
    })
    expect(json).not.toHaveProperty('reason')
  })

  it.each([
    [{}], [{ name: '' }], [{ name: 'x', engine: 'geth' }], [{ name: 'x', writeMode: 'both' }], [{ name: 'x', public: 'yes' }], [{ name: 'x', surprise: 1 }],
    [{ name: 'x', anchoring: { maxDelayMs: -1 } }], [{ name: 'x', anchoring: { maxReadings: 0 } }], [{ name: 'x', anchoring: { slackMs: 1.5 } }], ['x'], [null],
  ])('is refused as %j', async (json) => {
    await expectProblem(await create(json), 400, 'invalid-request')
  })

  it('stands in the list, in pages', async () => {
    const owner = await newTenant('lister')
    const made = [await owner.client.createChain({ name: 'a' }), await owner.client.createChain({ name: 'b' })]
    const first = await get('/v1/chains?limit=1', owner.token)
    const second = await get(`/v1/chains?limit=1&cursor=${first.json.next}`, owner.token)
    expect([...first.json.items, ...second.json.items].map(({ id }) => id)).toEqual(made.map(({ id }) => id))
    for (const { id } of made) {
      await owner.client.waitForChain(id, 'ready', { limitMs: 60_000 })
      await owner.client.stopChain(id)
    }
  })

  it('has an id of the right form', async () => {
    await expectProblem(await get('/v1/chains/42', tenant.token), 400, 'invalid-request')
    await expectProblem(await get('/v1/chains/0199c0de-0000-7000-8000-0000000000ff', tenant.token), 404, 'chain-not-found')
  })
})

describe('stop and start', () => {
  it('keeps everything, and refuses readings in between', async () => {
    const [leaf = ''] = await deliver([device.reading(chain.id)])
    await anchored(chain.id, leaf, tenant.token)
    const before = (await ask('GET', '')).json
    expect((await ask('POST', '/stop')).status).toBe(202)
    await becomes('stopped')
    await eventually(async () => {
      const problem = await expectProblem(await call('POST', '/v1/readings', { body: { type: 'application/jose', content: device.reading(chain.id) } }), 409, 'chain-not-ready')
      expect(problem.state).toBe('stopped')
    })
    await expectProblem(await call('POST', `/v1/chains/${chain.id}/rpc`, { token: tenant.token, json: { jsonrpc: '2.0', id: 1, method: 'eth_blockNumber', params: [] } }), 409, 'chain-not-running')
    expect((await ask('GET', `/proofs/${leaf}`)).status).toBe(200)
    const conflict = await expectProblem(await ask('POST', '/stop'), 409, 'chain-state-conflict')
    expect(conflict).toMatchObject({ state: 'stopped', possible: expect.arrayContaining(['start', 'delete']) })
    expect((await ask('POST', '/start')).status).toBe(202)
    await becomes('ready')
    const after = (await ask('GET', '')).json
    expect(after).toMatchObject({ eip155: before.eip155, contract: before.contract, ledger: before.ledger })
    const [next = ''] = await deliver([device.reading(chain.id)])
    await anchored(chain.id, next, tenant.token)
  })
})
