import { afterAll, beforeAll, expect, it } from 'vitest'
import { call, deviceKey, firstTenantToken, newDataDir, operator, startAuth, type Auth } from './auth.fixture.ts'
import { endorsement, possession, registered } from './devices/device.fixture.ts'
import { MOST_KEYS } from './devices/device.ts'
import { authProblems } from './problems.ts'

let auth: Auth
let token: string
beforeAll(async () => {
  auth = await startAuth({ dataDir: newDataDir(afterAll) })
  token = firstTenantToken(auth)
})
afterAll(() => auth.stop())

const nobody = '0199c0de-0000-7000-8000-00000000dead'
const register = (body: object) => call(auth, 'POST', '/v1/devices', { token, body })
const replace = (id: string, body: object) => call(auth, 'POST', `/v1/devices/${id}/keys`, { token, body })

/** A request for each problem of the table: a new row without one does not compile. */
const refused = {
  'tenant-not-found': () => call(auth, 'GET', `/v1/tenants/${nobody}`, { token: operator(auth) }),
  'device-not-registered': () => call(auth, 'GET', `/v1/devices/${nobody}`, { token }),
  'device-state-conflict': async () => call(auth, 'POST', `/v1/devices/${(await registered(auth, token)).id}/resume`, { token }),
  'device-id-taken': async () => {
    const { id } = await registered(auth, token)
    const key = await deviceKey()
    return register({ name: 'x', jwk: key.jwk, possession: await possession(id, 1, key) })
  },
  'device-keys-exhausted': async () => {
    const { id } = await registered(auth, token)
    const { jwk } = await deviceKey()
    const data = Array.from({ length: MOST_KEYS - 1 }, (_, n) => ({ deviceId: id, number: n + 2, jwk: JSON.stringify(jwk), thumbprint: `${id} ${n}`, createdAt: new Date(0) }))
    await auth.database.prisma.deviceKey.createMany({ data })
    const key = await deviceKey()
    return replace(id, { jwk: key.jwk, possession: await possession(id, MOST_KEYS + 1, key), lost: true })
  },
  'device-key-taken': async () => {
    const [{ key }, { id }] = [await registered(auth, token), await registered(auth, token)]
    return replace(id, { jwk: key.jwk, possession: await possession(id, 2, key), lost: true })
  },
  'device-key-refused': async () => register({ name: 'x', jwk: (await deviceKey()).privateJwk }),
  'key-possession-refused': async () => {
    const { id } = await registered(auth, token)
    const [key, other] = [await deviceKey(), await deviceKey()]
    return replace(id, { jwk: key.jwk, possession: await possession(id, 2, other, key), lost: true })
  },
  'key-endorsement-missing': async () => {
    const { id } = await registered(auth, token)
    const key = await deviceKey()
    return replace(id, { jwk: key.jwk, possession: await possession(id, 2, key) })
  },
  'key-endorsement-refused': async () => {
    const { id } = await registered(auth, token)
    const [key, thief] = [await deviceKey(), await deviceKey()]
    return replace(id, { jwk: key.jwk, possession: await possession(id, 2, key), endorsement: await endorsement(id, 1, thief, key) })
  },
} satisfies Record<keyof typeof authProblems.kinds, () => ReturnType<typeof call>>

it.each(Object.entries(refused))('answers %s, and explains it', async (code, request) => {
  const { status, body } = await request()
  expect(body).toMatchObject({ type: `/problems/${code}`, status })
  expect((await call(auth, 'GET', body.type)).body).toMatchObject({ code, status, service: 'auth' })
})

it.each([
  ['a possession by the wrong key number', async (id: string, key: Awaited<ReturnType<typeof deviceKey>>) => possession(id, 3, key)],
  ['a possession of another device', async (_: string, key: Awaited<ReturnType<typeof deviceKey>>) => possession(nobody, 2, key)],
  ['what is no JWS', async () => 'x'],
])('refuses %s', async (_, make) => {
  const { id } = await registered(auth, token)
  const key = await deviceKey()
  expect((await replace(id, { jwk: key.jwk, possession: await make(id, key), lost: true })).body.type).toBe('/problems/key-possession-refused')
  expect((await call(auth, 'GET', `/v1/devices/${id}`, { token })).body.keys).toHaveLength(1)
})

it('refuses a JWS at registration that is not by the registered key, or of the platform', async () => {
  const [key, other] = [await deviceKey(), await deviceKey()]
  expect((await register({ name: 'x', jwk: key.jwk, possession: await possession(nobody, 1, other, key) })).body.type).toBe('/problems/key-possession-refused')
  expect((await register({ name: 'x', jwk: key.jwk, possession: await possession('platform', 1, key) })).body.type).toBe('/problems/key-possession-refused')
})

it.each([
  ['an unknown member', async () => register({ name: 'x', jwk: (await deviceKey()).jwk, status: 'active' })],
  ['no name', async () => register({ name: ' ', jwk: (await deviceKey()).jwk })],
  ['an id that is no UUIDv7', () => call(auth, 'GET', '/v1/devices/1', { token })],
  ['a body where none belongs', async () => call(auth, 'POST', `/v1/devices/${(await registered(auth, token)).id}/suspend`, { token, body: { until: 'tomorrow' } })],
  ['a possession that no ledger entry could hold', async () => register({ name: 'x', jwk: (await deviceKey()).jwk, possession: 'x'.repeat(4_097) })],
  ['a lost key that endorses', async () => replace(nobody, { jwk: (await deviceKey()).jwk, possession: 'x', endorsement: 'x', lost: true })],
])('refuses %s', async (_, request) => {
  expect((await request()).body).toMatchObject({ status: 400, type: '/problems/invalid-request' })
})
