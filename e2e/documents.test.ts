import { beforeAll, describe, expect, it } from 'vitest'
import { call, get } from './http.ts'
import { anchored, boundDevice, deliver, newTenant, readyChain } from './world/world.ts'

/** A document of a standard, read member by member. */
let openapi: Awaited<ReturnType<typeof get>>['json']
beforeAll(async () => {
  openapi = (await get('/openapi.json')).json
})

/** Every route that these tests use. */
const routes = [
  'post /v1/tenants', 'get /v1/tenants', 'get /v1/tenants/{id}', 'post /v1/tenants/{id}/tokens', 'get /.well-known/jwks.json',
  'post /v1/devices', 'get /v1/devices', 'get /v1/devices/{id}', 'post /v1/devices/{id}/suspend', 'post /v1/devices/{id}/resume', 'post /v1/devices/{id}/revoke', 'post /v1/devices/{id}/keys',
  'post /v1/chains', 'get /v1/chains', 'get /v1/chains/{id}', 'post /v1/chains/{id}/start', 'post /v1/chains/{id}/stop', 'delete /v1/chains/{id}',
  'put /v1/chains/{id}/devices/{deviceId}', 'get /v1/chains/{id}/devices', 'get /v1/chains/{id}/devices/{deviceId}',
  'post /v1/readings', 'get /v1/chains/{id}/readings', 'get /v1/chains/{id}/readings/{leafHash}', 'get /v1/chains/{id}/proofs/{leafHash}', 'get /v1/chains/{id}/proofs/{leafHash}.tlog-proof',
  'get /v1/chains/{id}/ledger/checkpoint', 'post /v1/chains/{id}/rpc',
  'get /v1/dead-letters', 'get /v1/dead-letters/{id}', 'post /v1/dead-letters/{id}/replay',
]

describe('the OpenAPI document', () => {
  it('is OpenAPI 3.1 and names every route', () => {
    expect(openapi.openapi).toMatch(/^3\.1\./)
    const named = Object.entries(openapi.paths).flatMap(([path, operations]) => Object.keys(operations ?? {}).map((method) => `${method} ${path}`))
    expect(routes.filter((route) => !named.includes(route))).toEqual([])
    expect(named.some((route) => route.startsWith('get /v1/chains/{id}/ledger/tile/'))).toBe(true)
  })

  it('says of each operation what it answers, problems too', () => {
    const silent = routes.filter((route) => {
      const [method = '', path = ''] = route.split(' ')
      return !Object.keys(openapi.paths[path][method].responses).some((status) => status.startsWith('2'))
    })
    expect(silent).toEqual([])
    expect(openapi.paths['/v1/chains'].post.requestBody.content['application/json'].schema).toBeDefined()
    expect(openapi.paths['/v1/readings'].post.requestBody.content).toMatchObject({ 'application/jose': {}, 'application/json': {} })
  })
})

describe('the metrics', () => {
  it('are named after the steps of a reading\'s life', async () => {
    const tenant = await newTenant()
    const chain = await readyChain(tenant)
    const device = await boundDevice(tenant, chain.id)
    const [leaf = ''] = await deliver([device.reading(chain.id)])
    await anchored(chain.id, leaf)
    const answer = await get('/metrics')
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/)
    const names = [...answer.text.matchAll(/^# TYPE (brume_\S+) (\S+)$/gm)].map(([, name = '']) => name)
    expect(names.every((name) => /^brume_[a-z]+(?:_[a-z]+)+$/.test(name))).toBe(true)
    expect([...new Set(names.map((name) => name.split('_')[1]))]).toEqual(expect.arrayContaining(['accept', 'append', 'sequence', 'checkpoint', 'anchor', 'final', 'prove']))
    expect(answer.text).toMatch(/^brume_accept_readings_total\{[^}]*\} [1-9]/m)
    expect(answer.text).toContain('process_cpu_seconds_total')
    expect(answer.text).not.toContain(chain.id)
  })
})

describe('the rest', () => {
  it('is alive and ready', async () => {
    expect((await get('/livez')).json).toEqual({ status: 'alive' })
    expect((await get('/readyz')).json).toEqual({ status: 'ready' })
  })

  it('publishes its keys, and only their public halves', async () => {
    const { keys } = (await get('/.well-known/jwks.json')).json
    expect(new Set(keys.map(({ brume_use }: { brume_use: string }) => brume_use))).toEqual(new Set(['token', 'promise', 'platform']))
    for (const key of keys) expect(key).not.toHaveProperty('d')
  })

  it('explains its problems to people too', async () => {
    const page = await call('GET', '/problems/chain-not-found', { headers: { accept: 'text/html' } })
    expect(page.headers.get('content-type')).toMatch(/^text\/html/)
    expect((await get('/problems/no-such-problem')).status).toBe(404)
  })

  it('tells browsers to run nothing', async () => {
    const { headers } = await get('/livez')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
  })
})
