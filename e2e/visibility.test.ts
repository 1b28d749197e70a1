import type { ChainResource } from '@brume/client'
import { beforeAll, describe, expect, it } from 'vitest'
import { call, expectProblem, get } from './http.ts'
import { anchored, boundDevice, deliver, newTenant, readyChain, type TenantWorld } from './world/world.ts'

let owner: TenantWorld
let stranger: TenantWorld
let hidden: ChainResource
let open: ChainResource
let leaf: Record<string, string>
beforeAll(async () => {
  owner = await newTenant('owner')
  stranger = await newTenant('stranger')
  hidden = await readyChain(owner, { public: false })
  open = await readyChain(owner, { public: true })
  leaf = { [hidden.id]: await anchoredReading(hidden), [open.id]: await anchoredReading(open) }
})

async function anchoredReading({ id }: ChainResource): Promise<string> {
  const device = await boundDevice(owner, id)
  const [hash = ''] = await deliver([device.reading(id)])
  await anchored(id, hash, owner.token)
  return hash
}

const rpc = { jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: [] }

/** Everything that is read under a chain. */
function readPaths(chain: ChainResource): string[] {
  return ['', '/readings', `/readings/${leaf[chain.id]}`, `/proofs/${leaf[chain.id]}`, `/proofs/${leaf[chain.id]}.tlog-proof`, '/ledger/checkpoint', '/ledger/tile/0/000.p/1', '/ledger/tile/entries/000.p/1'].map((path) => `/v1/chains/${chain.id}${path}`)
}

describe('a private chain', () => {
  it('is read by its owner', async () => {
    for (const path of readPaths(hidden)) expect({ path, status: (await get(path, owner.token)).status }).toEqual({ path, status: 200 })
    expect((await call('POST', `/v1/chains/${hidden.id}/rpc`, { token: owner.token, json: rpc })).json.result).toBe(`0x${hidden.eip155.toString(16)}`)
  })

  it.each(['nobody', 'stranger'] as const)('is not there for %s', async (who) => {
    const token = who === 'stranger' ? stranger.token : undefined
    for (const path of readPaths(hidden)) await expectProblem(await get(path, token), 404, 'chain-not-found')
    await expectProblem(await call('POST', `/v1/chains/${hidden.id}/rpc`, { token, json: rpc }), 404, 'chain-not-found')
  })
})

describe('a public chain', () => {
  it.each(['nobody', 'stranger'] as const)('is read by %s', async (who) => {
    const token = who === 'stranger' ? stranger.token : undefined
    for (const path of readPaths(open)) expect({ path, status: (await get(path, token)).status }).toEqual({ path, status: 200 })
    expect((await call('POST', `/v1/chains/${open.id}/rpc`, { token, json: rpc })).status).toBe(200)
  })

  it('is not read with a bad token: who sends one believes to be somebody', async () => {
    await expectProblem(await get(`/v1/chains/${open.id}`, 'nonsense'), 401, 'token-invalid')
  })

  it('is changed by its owner only', async () => {
    const changes = [['POST', '/start'], ['POST', '/stop'], ['DELETE', ''], ['GET', '/devices']] as const
    for (const [method, path] of changes) {
      await expectProblem(await call(method, `/v1/chains/${open.id}${path}`, { token: stranger.token }), 404, 'chain-not-found')
      await expectProblem(await call(method, `/v1/chains/${open.id}${path}`), 401, 'token-missing')
    }
  })

  it('is in nobody else\'s list', async () => {
    expect((await get('/v1/chains', stranger.token)).json.items).toEqual([])
  })
})
