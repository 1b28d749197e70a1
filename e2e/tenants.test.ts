import { createLocalJWKSet, jwtVerify, SignJWT, UnsecuredJWT } from 'jose'
import { generateKeyPairSync } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { target } from './environment.ts'
import { call, expectProblem, get } from './http.ts'
import { newTenant, type TenantWorld } from './world/world.ts'

let tenant: TenantWorld
beforeAll(async () => {
  tenant = await newTenant()
})

const claims = { tenant: '0199c0de-0000-7000-8000-000000000001', scope: 'chains devices' }

describe('tenants and their tokens', () => {
  it('gives the operator a tenant with its token', async () => {
    const answer = await call('POST', '/v1/tenants', { token: target.operatorToken, json: { name: 'acme' } })
    expect(answer.status).toBe(201)
    expect(answer.json).toMatchObject({ name: 'acme', id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/), token: expect.any(String), createdAt: expect.stringMatching(/Z$/) })
    expect((await get(`/v1/tenants/${answer.json.id}`, target.operatorToken)).json).toMatchObject({ name: 'acme' })
  })

  it('issues tokens that any JOSE library can check against the published keys', async () => {
    const keys = createLocalJWKSet((await get('/.well-known/jwks.json')).json)
    const { payload, protectedHeader } = await jwtVerify(tenant.token, keys, { audience: 'brume', typ: 'at+jwt' })
    expect(protectedHeader.alg).toBe('EdDSA')
    expect(payload).toMatchObject({ tenant: tenant.id, exp: expect.any(Number) })
  })

  it('issues a further token for the same tenant', async () => {
    const answer = await call('POST', `/v1/tenants/${tenant.id}/tokens`, { token: target.operatorToken })
    expect(answer.status).toBe(201)
    expect((await get('/v1/chains', answer.json.token)).json).toMatchObject({ items: [], next: null })
  })

  it('lists tenants in pages', async () => {
    await newTenant('second')
    const first = await get('/v1/tenants?limit=1', target.operatorToken)
    expect(first.json).toMatchObject({ items: [{ id: expect.any(String) }], next: expect.any(String) })
    const second = await get(`/v1/tenants?limit=1&cursor=${first.json.next}`, target.operatorToken)
    expect(second.json.items[0].id > first.json.items[0].id).toBe(true)
    await expectProblem(await get('/v1/tenants?limit=1001', target.operatorToken), 400, 'invalid-request')
    await expectProblem(await get('/v1/tenants?cursor=%20', target.operatorToken), 400, 'invalid-request')
  })
})

describe('a token that does not do', () => {
  it('is missing', async () => {
    const answer = await get('/v1/chains')
    await expectProblem(answer, 401, 'token-missing')
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/)
  })

  it('is another word than Bearer', async () => {
    await expectProblem(await call('GET', '/v1/chains', { headers: { authorization: `Basic ${tenant.token}` } }), 401, 'token-invalid')
  })

  it('has a signature of somebody else', async () => {
    const { privateKey } = generateKeyPairSync('ed25519')
    const { keys } = (await get('/.well-known/jwks.json')).json
    for (const { kid } of keys) {
      const forged = await new SignJWT(claims).setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid }).setSubject('x').setAudience('brume').setIssuer('brume.local').setIssuedAt().setExpirationTime('1h').setJti('x').sign(privateKey)
      await expectProblem(await get('/v1/chains', forged), 401, 'token-invalid')
    }
  })

  it('is not signed at all, or changed', async () => {
    await expectProblem(await get('/v1/chains', new UnsecuredJWT(claims).setAudience('brume').setExpirationTime('1h').encode()), 401, 'token-invalid')
    const [header, , signature] = tenant.token.split('.')
    const other = Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(tenant.token.split('.')[1] ?? '', 'base64url').toString()), tenant: claims.tenant })).toString('base64url')
    await expectProblem(await get('/v1/chains', `${header}.${other}.${signature}`), 401, 'token-invalid')
  })

  it('is a tenant\'s where the operator is asked for, and the other way round', async () => {
    await expectProblem(await call('POST', '/v1/tenants', { token: tenant.token, json: { name: 'mine' } }), 403, 'operator-only')
    await expectProblem(await get('/v1/tenants', tenant.token), 403, 'operator-only')
    await expectProblem(await get('/v1/chains', target.operatorToken), 401, 'token-invalid')
  })
})

describe('a tenant that cannot be made', () => {
  it.each([{ name: '' }, { name: 5 }, {}, { name: 'x', admin: true }, [], null])('has the form %j', async (json) => {
    const problem = await expectProblem(await call('POST', '/v1/tenants', { token: target.operatorToken, json }), 400, 'invalid-request')
    expect(problem.issues).toBeInstanceOf(Array)
  })

  it('is unknown', async () => {
    await expectProblem(await get('/v1/tenants/0199c0de-0000-7000-8000-000000000001', target.operatorToken), 404, 'tenant-not-found')
  })
})
