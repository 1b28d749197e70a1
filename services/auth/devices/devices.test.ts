import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { DEVICES } from '@brume/event-log'
import { call, deviceKey, firstTenantToken, newDataDir, newTenant, startAuth, statesOn, type Auth } from '../auth.fixture.ts'
import { endorsement, possession, registered } from './device.fixture.ts'

const limit = { timeout: 10_000, interval: 5 }
let auth: Auth
let token: string
beforeAll(async () => {
  auth = await startAuth({ dataDir: newDataDir(afterAll) })
  token = firstTenantToken(auth)
})
afterAll(() => auth.stop())

const stateOf = async (id: string) => (await statesOn(auth, DEVICES)).find((device) => device.id === id)

describe('a device', () => {
  it.each([['EdDSA', { kty: 'OKP', crv: 'Ed25519' }], ['ES256', { kty: 'EC', crv: 'P-256' }]] as const)('is registered with its %s key, which others hear of', async (alg, kind) => {
    const { jwk } = await deviceKey(alg)
    const { status, body } = await call(auth, 'POST', '/v1/devices', { token, body: { name: ' buoy ', jwk: { ...jwk, kid: 'mine', use: 'sig' } } })
    expect([status, body]).toEqual([201, {
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      name: 'buoy',
      status: 'active',
      keys: [{ number: 1, jwk, alg, status: 'active', thumbprint: expect.stringMatching(/^[\w-]{43}$/) }],
      createdAt: expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/),
    }])
    expect(body.keys[0].jwk).toMatchObject(kind)
    expect((await call(auth, 'GET', `/v1/devices/${body.id}`, { token })).body).toEqual(body)
    await vi.waitFor(async () => expect(await stateOf(body.id)).toEqual({ id: body.id, tenantId: expect.any(String), name: 'buoy', status: 'active', keys: [{ number: 1, jwk, alg, status: 'active' }] }), limit)
  })

  it('takes the id that it gave itself, when it shows that it holds its key', async () => {
    const id = '0199c0de-0000-7000-8000-0000000000d1'
    const key = await deviceKey()
    const shown = await possession(id, 1, key)
    const { status, body } = await call(auth, 'POST', '/v1/devices', { token, body: { name: 'buoy', jwk: key.jwk, possession: shown } })
    expect([status, body.id]).toEqual([201, id])
    await vi.waitFor(async () => expect((await stateOf(id))?.keys).toEqual([{ number: 1, jwk: key.jwk, alg: 'EdDSA', possession: shown, status: 'active' }]), limit)
  })

  it('is suspended, resumed and revoked for good; each is on the log', async () => {
    const { id } = await registered(auth, token)
    for (const [event, expected] of [['suspend', 'suspended'], ['resume', 'active'], ['revoke', 'revoked']]) {
      const { status, body } = await call(auth, 'POST', `/v1/devices/${id}/${event}`, { token })
      expect([status, body.status]).toEqual([200, expected])
      await vi.waitFor(async () => expect((await stateOf(id))?.status).toBe(expected), limit)
    }
    const again = await call(auth, 'POST', `/v1/devices/${id}/resume`, { token })
    expect([again.status, again.body.state, again.body.possible]).toEqual([409, 'revoked', []])
  })

  it('gets a new key that the old one endorses, and another when that is lost', async () => {
    const { id, key: first } = await registered(auth, token)
    const [second, third] = [await deviceKey('ES256'), await deviceKey()]
    const endorsed = { jwk: second.jwk, possession: await possession(id, 2, second), endorsement: await endorsement(id, 1, first, second) }
    expect((await call(auth, 'POST', `/v1/devices/${id}/keys`, { token, body: endorsed })).status).toBe(201)
    const afterLoss = { jwk: third.jwk, possession: await possession(id, 3, third), lost: true }
    const { status, body } = await call(auth, 'POST', `/v1/devices/${id}/keys`, { token, body: afterLoss })
    expect(status).toBe(201)
    expect(body.keys).toMatchObject([{ number: 1, status: 'replaced' }, { number: 2, alg: 'ES256', status: 'replaced' }, { number: 3, status: 'active' }])
    await vi.waitFor(async () => expect((await stateOf(id))?.keys).toEqual([
      { number: 1, jwk: first.jwk, alg: 'EdDSA', status: 'replaced' },
      { number: 2, alg: 'ES256', status: 'replaced', ...endorsed },
      { number: 3, alg: 'EdDSA', status: 'active', ...afterLoss },
    ]), limit)
    const replaced = await auth.database.prisma.deviceKey.findMany({ where: { deviceId: id, replacedAt: { not: null } } })
    expect(replaced.map(({ number }) => number)).toEqual([1, 2])
  })

  it('gets one of two keys that arrive at once', async () => {
    const { id, key: first } = await registered(auth, token)
    const answers = await Promise.all([1, 2].map(async () => {
      const key = await deviceKey()
      return call(auth, 'POST', `/v1/devices/${id}/keys`, { token, body: { jwk: key.jwk, possession: await possession(id, 2, key), endorsement: await endorsement(id, 1, first, key) } })
    }))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 422])
    expect((await call(auth, 'GET', `/v1/devices/${id}`, { token })).body.keys).toHaveLength(2)
  })

  it('may be suspended and get a new key at once: neither change is lost', async () => {
    const { id, key: first } = await registered(auth, token)
    const second = await deviceKey()
    const body = { jwk: second.jwk, possession: await possession(id, 2, second), endorsement: await endorsement(id, 1, first, second) }
    const answers = await Promise.all([call(auth, 'POST', `/v1/devices/${id}/keys`, { token, body }), call(auth, 'POST', `/v1/devices/${id}/suspend`, { token })])
    expect(answers.map(({ status }) => status)).toEqual([201, 200])
    await vi.waitFor(async () => expect(await stateOf(id)).toMatchObject({ status: 'suspended', keys: [{ status: 'replaced' }, { status: 'active' }] }), limit)
  })

  it('stays revoked when it is suspended at the same moment', async () => {
    const { id } = await registered(auth, token)
    const answers = await Promise.all(['revoke', 'suspend'].map((event) => call(auth, 'POST', `/v1/devices/${id}/${event}`, { token })))
    expect(answers[0]?.status).toBe(200)
    expect((await call(auth, 'GET', `/v1/devices/${id}`, { token })).body.status).toBe('revoked')
  })

  it('is made once for one Idempotency-Key, also when asked again after it changed', async () => {
    const { jwk } = await deviceKey()
    const make = () => call(auth, 'POST', '/v1/devices', { token, key: 'once', body: { name: 'once', jwk } })
    const first = await make()
    await call(auth, 'POST', `/v1/devices/${first.body.id}/suspend`, { token, key: 'once' })
    expect(await make()).toMatchObject({ status: 201, body: first.body })
    const other = await call(auth, 'POST', '/v1/devices', { token, key: 'once', body: { name: 'other', jwk } })
    expect([other.status, other.body.type]).toEqual([422, '/problems/idempotency-key-reused'])
    const repeated = await call(auth, 'POST', `/v1/devices/${first.body.id}/suspend`, { token, key: 'once' })
    expect([repeated.status, repeated.body.status]).toEqual([200, 'suspended'])
  })
})

describe('devices of two tenants', () => {
  it('are told apart: those of the other are not there', async () => {
    const { id } = await registered(auth, token)
    const stranger = (await newTenant(auth)).token
    const key = await deviceKey()
    const body = { jwk: key.jwk, possession: await possession(id, 2, key), lost: true }
    const answers = await Promise.all([
      call(auth, 'GET', `/v1/devices/${id}`, { token: stranger }),
      ...['suspend', 'resume', 'revoke'].map((event) => call(auth, 'POST', `/v1/devices/${id}/${event}`, { token: stranger })),
      call(auth, 'POST', `/v1/devices/${id}/keys`, { token: stranger, body }),
    ])
    for (const answer of answers) expect([answer.status, answer.body.type]).toEqual([404, '/problems/device-not-registered'])
    expect((await call(auth, 'GET', '/v1/devices', { token: stranger })).body).toEqual({ items: [], next: null })
  })

  it('share no key, and nobody learns whose it is', async () => {
    const { id, key } = await registered(auth, token)
    const stranger = (await newTenant(auth)).token
    const body = { name: 'copy', jwk: key.jwk }
    const own = await call(auth, 'POST', '/v1/devices', { token, body })
    const foreign = await call(auth, 'POST', '/v1/devices', { token: stranger, body })
    expect([own.status, own.body.device, foreign.status, foreign.body.type]).toEqual([409, id, 409, '/problems/device-key-taken'])
    expect(JSON.stringify(foreign.body)).not.toContain(id)
  })
})

describe('the list of devices', () => {
  it('comes in pages, none twice and none missing', async () => {
    const { token: own } = await newTenant(auth)
    const ids: string[] = []
    for (let n = 0; n < 5; n++) ids.push((await registered(auth, own, `buoy ${n}`)).id)
    const listed: string[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: { items: { id: string }[]; next: string | null } = (await call(auth, 'GET', `/v1/devices?limit=2${cursor && `&cursor=${cursor}`}`, { token: own })).body
      expect(page.items.length).toBeLessThanOrEqual(2)
      listed.push(...page.items.map(({ id }) => id))
      cursor = page.next
    }
    expect(listed).toEqual(ids)
  })
})
