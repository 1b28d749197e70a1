import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { target } from './environment.ts'
import { call, expectProblem, get, type Answer } from './http.ts'
import { SimulatedKey } from './world/simulatedDevice.ts'
import { newTenant, type TenantWorld } from './world/world.ts'

let tenant: TenantWorld
let other: TenantWorld
beforeAll(async () => {
  tenant = await newTenant()
  other = await newTenant('other')
})

function register(key: string, name: string, jwk: unknown, token = tenant.token): Promise<Answer> {
  return call('POST', '/v1/devices', { token, json: { name, jwk }, headers: { 'idempotency-key': key } })
}

describe('Idempotency-Key', () => {
  it('makes one device of two requests, with the same answer', async () => {
    const [key, { jwk }] = [randomUUID(), new SimulatedKey()]
    const [first, second] = [await register(key, 'one', jwk), await register(key, 'one', jwk)]
    expect([first.status, second.status]).toEqual([201, 201])
    expect(second.json).toEqual(first.json)
  })

  it('makes one chain of many requests at once', async () => {
    const key = randomUUID()
    const answers = await Promise.all(Array.from({ length: 5 }, () => call('POST', '/v1/chains', { token: tenant.token, json: { name: 'once' }, headers: { 'idempotency-key': key } })))
    const made = answers.filter(({ status }) => status === 202)
    expect(made.length).toBeGreaterThan(0)
    for (const answer of answers.filter(({ status }) => status !== 202)) await expectProblem(answer, 409, 'idempotency-key-running')
    expect(new Set(made.map(({ json }) => json.id)).size).toBe(1)
    expect((await get('/v1/chains', tenant.token)).json.items).toHaveLength(1)
  })

  it('makes one tenant of two requests, with its token', async () => {
    const headers = { 'idempotency-key': randomUUID() }
    const make = (): Promise<Answer> => call('POST', '/v1/tenants', { token: target.operatorToken, json: { name: 'twice' }, headers })
    const [first, second] = [await make(), await make()]
    expect(second.json.id).toBe(first.json.id)
    expect((await get('/v1/chains', second.json.token)).status).toBe(200)
  })

  it('is refused for another request', async () => {
    const [key, { jwk }] = [randomUUID(), new SimulatedKey()]
    await register(key, 'one', jwk)
    await expectProblem(await register(key, 'two', jwk), 422, 'idempotency-key-reused')
  })

  it('belongs to one tenant', async () => {
    const key = randomUUID()
    const [mine, theirs] = [await register(key, 'one', new SimulatedKey().jwk), await register(key, 'one', new SimulatedKey().jwk, other.token)]
    expect([mine.status, theirs.status]).toEqual([201, 201])
    expect(theirs.json.id).not.toBe(mine.json.id)
  })

  it('is not used up by a refusal', async () => {
    const [key, { jwk }] = [randomUUID(), new SimulatedKey()]
    await expectProblem(await register(key, 'one', { ...jwk, x: 'AA' }), 422, 'device-key-refused')
    expect((await register(key, 'one', jwk)).status).toBe(201)
  })

  it('has a form', async () => {
    await expectProblem(await register('x'.repeat(256), 'one', new SimulatedKey().jwk), 400, 'idempotency-key-malformed')
    await expectProblem(await register('with space', 'one', new SimulatedKey().jwk), 400, 'idempotency-key-malformed')
  })
})
