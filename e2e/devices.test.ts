import { beforeAll, describe, expect, it } from 'vitest'
import { call, expectProblem, get, type Answer } from './http.ts'
import { SimulatedKey } from './world/simulatedDevice.ts'
import { newDevice, newTenant, SimulatedDevice, type TenantWorld } from './world/world.ts'

let tenant: TenantWorld
let stranger: TenantWorld
beforeAll(async () => {
  tenant = await newTenant()
  stranger = await newTenant('stranger')
})

const register = (jwk: unknown, more: object = {}): Promise<Answer> => call('POST', '/v1/devices', { token: tenant.token, json: { name: 'probe', jwk, ...more } })
const move = (device: SimulatedDevice, event: string, token = tenant.token): Promise<Answer> => call('POST', `/v1/devices/${device.id}/${event}`, { token })

const iat = Math.floor(Date.now() / 1_000)

function possession(key: SimulatedKey, kid: string): string {
  return key.jws({ typ: 'brume-key-possession', kid, iat }, { jwk: key.jwk })
}

function endorsement(device: SimulatedDevice, key: SimulatedKey): string {
  return device.key.jws({ typ: 'brume-key-endorsement', kid: device.kid, iat }, { jwk: key.jwk })
}

/** The same device by name, with another key. */
function impostor(device: SimulatedDevice): SimulatedDevice {
  return new SimulatedDevice(device.id, device.tenant, new SimulatedKey())
}

describe('registration', () => {
  it.each(['EdDSA', 'ES256'] as const)('takes a key for %s and shows it', async (alg) => {
    const key = new SimulatedKey(alg)
    const answer = await register(key.jwk)
    expect(answer.status).toBe(201)
    expect(answer.json).toMatchObject({ name: 'probe', status: 'active', keys: [{ number: 1, jwk: key.jwk, status: 'active', thumbprint: expect.stringMatching(/^[\w-]{43}$/) }] })
    expect((await get(`/v1/devices/${answer.json.id}`, tenant.token)).json).toEqual(answer.json)
  })

  it('lets the device choose its id when it signs it', async () => {
    const [key, id] = [new SimulatedKey(), `0199c0de-0000-7000-8000-${Date.now().toString(16).padStart(12, '0')}`]
    const answer = await register(key.jwk, { possession: possession(key, `${id}#1`) })
    expect(answer.status).toBe(201)
    expect(answer.json.id).toBe(id)
    const other = new SimulatedKey()
    await expectProblem(await register(other.jwk, { possession: possession(other, `${id}#1`) }), 409, 'device-id-taken')
    await expectProblem(await register(new SimulatedKey().jwk, { possession: possession(key, `${id}#1`) }), 422, 'key-possession-refused')
  })

  it('takes a key once, whoever sends it', async () => {
    const device = await newDevice(tenant)
    await expectProblem(await register(device.key.jwk), 409, 'device-key-taken')
    await expectProblem(await call('POST', '/v1/devices', { token: stranger.token, json: { name: 'mine', jwk: device.key.jwk } }), 409, 'device-key-taken')
  })

  it('refuses private keys and keys that are none', async () => {
    const key = new SimulatedKey()
    for (const jwk of [key.privateJwk, { ...key.jwk, x: `${key.jwk.x}=` }, { ...key.jwk, x: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }, { kty: 'EC', crv: 'secp256k1', x: key.jwk.x, y: key.jwk.x }]) {
      await expectProblem(await register(jwk), 422, 'device-key-refused')
    }
    await expectProblem(await register('key'), 400, 'invalid-request')
  })

  it('lists the tenant\'s own devices in pages', async () => {
    const owner = await newTenant('owner')
    const made = [await newDevice(owner), await newDevice(owner), await newDevice(owner)]
    const first = await get('/v1/devices?limit=2', owner.token)
    const second = await get(`/v1/devices?limit=2&cursor=${first.json.next}`, owner.token)
    expect([...first.json.items, ...second.json.items].map(({ id }) => id)).toEqual(made.map(({ id }) => id))
    expect(second.json.next).toBeNull()
  })
})

describe('the life of a device', () => {
  it('is suspended, resumed and revoked for good', async () => {
    const device = await newDevice(tenant)
    expect((await move(device, 'suspend')).json.status).toBe('suspended')
    expect((await move(device, 'resume')).json.status).toBe('active')
    expect((await move(device, 'revoke')).json.status).toBe('revoked')
    const problem = await expectProblem(await move(device, 'resume'), 409, 'device-state-conflict')
    expect(problem.possible).toEqual([])
  })

  it('takes a new key that the old one endorses', async () => {
    const device = await newDevice(tenant)
    const key = new SimulatedKey('ES256')
    const answer = await call('POST', `/v1/devices/${device.id}/keys`, { token: tenant.token, json: { jwk: key.jwk, possession: possession(key, `${device.id}#2`), endorsement: endorsement(device, key) } })
    expect(answer.status).toBe(201)
    expect(answer.json.keys).toMatchObject([{ number: 1, status: 'replaced' }, { number: 2, status: 'active', jwk: key.jwk }])
  })

  it('takes one without the old key only when that is said to be lost', async () => {
    const device = await newDevice(tenant)
    const key = new SimulatedKey()
    const json = { jwk: key.jwk, possession: possession(key, `${device.id}#2`) }
    const path = `/v1/devices/${device.id}/keys`
    await expectProblem(await call('POST', path, { token: tenant.token, json }), 422, 'key-endorsement-missing')
    await expectProblem(await call('POST', path, { token: tenant.token, json: { ...json, endorsement: endorsement(impostor(device), key) } }), 422, 'key-endorsement-refused')
    await expectProblem(await call('POST', path, { token: tenant.token, json: { ...json, possession: possession(new SimulatedKey(), `${device.id}#2`), lost: true } }), 422, 'key-possession-refused')
    expect((await call('POST', path, { token: tenant.token, json: { ...json, lost: true } })).status).toBe(201)
  })

  it('is nobody else\'s', async () => {
    const device = await newDevice(tenant)
    await expectProblem(await get(`/v1/devices/${device.id}`, stranger.token), 404, 'device-not-registered')
    await expectProblem(await move(device, 'suspend', stranger.token), 404, 'device-not-registered')
    await expectProblem(await get('/v1/devices/0199c0de-0000-7000-8000-0000000000ff', tenant.token), 404, 'device-not-registered')
  })
})
