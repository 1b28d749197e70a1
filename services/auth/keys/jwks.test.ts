import { createLocalJWKSet, jwtVerify } from 'jose'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { uuidv7Ids } from '@brume/config'
import { KEYS, controlEvent, type KeyState } from '@brume/event-log'
import { SigningKey } from '@brume/keys'
import { call, firstTenantToken, newDataDir, startAuth, type Auth } from '../auth.fixture.ts'

let auth: Auth
beforeAll(async () => {
  auth = await startAuth({ dataDir: newDataDir(afterAll) })
})
afterAll(() => auth.stop())

const newId = uuidv7Ids()

async function publish(kid: string, change: Pick<KeyState, 'owner' | 'use' | 'status'>): Promise<void> {
  const { kty, crv, x } = SigningKey.generate(kid).publicJwk
  const { key, value } = controlEvent(KEYS, { kid, jwk: { kty, crv, x }, ...change }, { id: newId(), time: new Date(0).toISOString() })
  await auth.eventLog.append(KEYS, 0, [{ key, value: Buffer.from(value) }])
}

it('lets any JOSE library check a token', async () => {
  const { body, status, headers } = await call(auth, 'GET', '/.well-known/jwks.json')
  expect([status, headers['cache-control']]).toEqual([200, 'public, max-age=60'])
  const { payload } = await jwtVerify(firstTenantToken(auth), createLocalJWKSet(body), { issuer: 'brume.local', audience: 'brume', typ: 'at+jwt' })
  expect(payload['tenant']).toBe(payload.sub)
})

it('shows the keys of all services, and a retired one as long as what it signed must be checked', async () => {
  await publish('ingest#1', { owner: 'ingest', use: 'promise', status: 'retired' })
  await publish('platform#1', { owner: 'ledger', use: 'platform', status: 'active' })
  await publish('auth#0', { owner: 'auth', use: 'token', status: 'retired' })
  const shown = async () => (await call(auth, 'GET', '/.well-known/jwks.json')).body.keys.map((key: Record<string, string>) => [key['kid'], key['use'], key['brume_use'], key['alg'], key['d']])
  await vi.waitFor(async () => expect(await shown()).toEqual([
    ['auth#1', 'sig', 'token', 'EdDSA', undefined],
    ['ingest#1', 'sig', 'promise', 'EdDSA', undefined],
    ['platform#1', 'sig', 'platform', 'EdDSA', undefined],
  ]), { timeout: 10_000, interval: 5 })
})
