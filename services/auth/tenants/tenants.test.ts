import { decodeJwt } from 'jose'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { TENANTS } from '@brume/event-log'
import { call, firstTenantToken, newDataDir, newTenant, operator, startAuth, statesOn, type Auth } from '../auth.fixture.ts'

const startMs = Date.parse('2026-01-01T00:00:00Z')
const DAY_MS = 86_400_000
let nowMs = startMs
let auth: Auth
beforeAll(async () => {
  auth = await startAuth({ dataDir: newDataDir(afterAll), clock: { now: () => nowMs } })
})
afterAll(() => auth.stop())

const asOperator = (method: 'GET' | 'POST', url: string, more: { body?: object; key?: string } = {}) => call(auth, method, url, { token: operator(auth), ...more })
const typeOf = async (token?: string, url = '/v1/devices') => (await call(auth, 'GET', url, { token })).body.type

it('gives a new tenant a token for 30 days, and tells the other services of the tenant', async () => {
  const { status, body } = await asOperator('POST', '/v1/tenants', { body: { name: 'Harbour' } })
  expect([status, body]).toEqual([201, { id: expect.any(String), name: 'Harbour', createdAt: '2026-01-01T00:00:00.000Z', token: expect.any(String) }])
  expect(decodeJwt(body.token)).toMatchObject({ iss: 'brume.local', aud: 'brume', sub: body.id, tenant: body.id, scope: 'chains devices', exp: (startMs + 30 * DAY_MS) / 1000 })
  expect((await call(auth, 'GET', '/v1/devices', { token: body.token })).status).toBe(200)
  await vi.waitFor(async () => expect(await statesOn(auth, TENANTS)).toContainEqual({ id: body.id, name: 'Harbour' }), { timeout: 10_000, interval: 5 })
  const { token: _, ...tenant } = body
  expect((await asOperator('GET', `/v1/tenants/${body.id}`)).body).toEqual(tenant)
})

it('gives a tenant another token, and lets the older one stand', async () => {
  const { id, token } = await newTenant(auth)
  const { status, body } = await asOperator('POST', `/v1/tenants/${id}/tokens`)
  expect([status, body.expiresAt]).toEqual([201, '2026-01-31T00:00:00.000Z'])
  expect(body.token).not.toBe(token)
  for (const each of [token, body.token]) expect((await call(auth, 'GET', '/v1/devices', { token: each })).status).toBe(200)
})

it('answers the same token for the same Idempotency-Key, and keeps it nowhere', async () => {
  const make = () => asOperator('POST', '/v1/tenants', { body: { name: 'once' }, key: 'k' })
  const first = await make()
  nowMs += 1_000
  expect((await make()).body).toEqual(first.body)
  nowMs = startMs
  const kept = await auth.database.prisma.authIdempotency.findMany()
  expect(kept.map(({ response }) => response).join()).toContain(first.body.id)
  expect(JSON.stringify(kept, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))).not.toContain(first.body.token.split('.')[2])
})

it('lists all tenants in pages', async () => {
  await newTenant(auth)
  const { body: first } = await asOperator('GET', '/v1/tenants?limit=1')
  expect(first.items).toMatchObject([{ name: 'default' }])
  const { body: rest } = await asOperator('GET', `/v1/tenants?cursor=${first.next}`)
  expect(rest.items.length + 1).toBe(await auth.database.prisma.tenant.count())
  expect(rest.next).toBeNull()
})

it('is the operator\'s: a tenant may not, and nobody else is known', async () => {
  const { token } = await newTenant(auth)
  for (const url of ['/v1/tenants', '/v1/tenants/0199c0de-0000-7000-8000-0000000000aa']) expect(await typeOf(token, url)).toBe('/problems/operator-only')
  expect((await call(auth, 'POST', '/v1/tenants', { token, body: { name: 'x' } })).status).toBe(403)
  expect(await typeOf('x'.repeat(43), '/v1/tenants')).toBe('/problems/token-invalid')
  expect(await typeOf(undefined, '/v1/tenants')).toBe('/problems/token-missing')
})

it('takes no missing, false or expired token for a tenant\'s', async () => {
  const { token } = await newTenant(auth)
  expect(await typeOf()).toBe('/problems/token-missing')
  expect(await typeOf(operator(auth))).toBe('/problems/token-invalid')
  expect(await typeOf(`${token.slice(0, -4)}AAAA`)).toBe('/problems/token-invalid')
  nowMs = startMs + 31 * DAY_MS
  expect(await typeOf(token)).toBe('/problems/token-expired')
  expect(await typeOf(firstTenantToken(auth))).toBe('/problems/token-expired')
  nowMs = startMs
})
