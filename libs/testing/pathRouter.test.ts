import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startPathRouter, type PathRouter } from './pathRouter.ts'

const servers: Server[] = []
let router: PathRouter

/** Answers with its name and what it was asked; knows one problem of its own. */
async function service(name: string): Promise<string> {
  const server = createServer((request, response) => {
    let bytes = 0
    // As Fastify does with a body that is too large: refuses at once, and closes.
    if (request.url === '/v1/readings/early') response.writeHead(413, { connection: 'close' }).end('too large', () => request.socket.destroySoon())
    request.on('data', (piece: Buffer) => (bytes += piece.length)).once('end', () => {
      if (request.url === '/openapi.json') return void response.end(JSON.stringify({ openapi: '3.1.0', paths: { [`/v1/${name}`]: {} }, components: { schemas: { [name]: {} } } }))
      if (request.url === '/metrics') return void response.end(`# HELP shared text\n# TYPE shared counter\nshared{service="${name}"} 1\n`)
      if (request.url === '/v1/readings/early') return
      if (request.url === '/readyz') return void response.writeHead(name === 'ledger' ? 503 : 200).end(name)
      if (request.url?.startsWith('/problems')) return void response.writeHead(request.url === `/problems/${name}` ? 200 : 404).end(name)
      response.writeHead(201, { 'x-service': name }).end(`${request.method} ${request.url} ${bytes}`)
    })
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}` // it listens on TCP
}

beforeAll(async () => {
  router = await startPathRouter({ auth: await service('auth'), ingest: await service('ingest'), ledger: await service('ledger') })
})
afterAll(async () => {
  await router.close()
  for (const server of servers) server.close()
})

describe('the router', () => {
  it.each([['/v1/tenants', 'auth'], ['/v1/devices/1/keys', 'auth'], ['/.well-known/jwks.json', 'auth'], ['/v1/readings', 'ingest'], ['/v1/chains/1/readings?limit=1', 'ledger'], ['/v1/chains', 'ledger']])('gives %s to %s, with its body', async (path, name) => {
    const answer = await fetch(router.url + path, { method: 'POST', body: 'x'.repeat(100_000) })
    expect([answer.status, answer.headers.get('x-service'), await answer.text()]).toEqual([201, name, `POST ${path} 100000`])
  })

  it('hands on a refusal that comes before the body has been read', async () => {
    const answer = await fetch(`${router.url}/v1/readings/early`, { method: 'POST', body: 'x'.repeat(5_000_000) })
    expect([answer.status, await answer.text()]).toEqual([413, 'too large'])
  })

  it('makes one document of those that each service has', async () => {
    expect(await (await fetch(`${router.url}/openapi.json`)).json()).toEqual({ openapi: '3.1.0', paths: { '/v1/auth': {}, '/v1/ingest': {}, '/v1/ledger': {} }, components: { schemas: { auth: {}, ingest: {}, ledger: {} } } })
    expect(await (await fetch(`${router.url}/metrics`)).text()).toBe('# HELP shared text\n# TYPE shared counter\nshared{service="auth",replica="auth-0"} 1\nshared{service="ingest",replica="ingest-0"} 1\nshared{service="ledger",replica="ledger-0"} 1\n')
  })

  it('is ready when all are', async () => {
    expect((await fetch(`${router.url}/readyz`)).status).toBe(503)
  })

  it('finds the service that explains a problem', async () => {
    expect(await (await fetch(`${router.url}/problems/ingest`)).text()).toBe('ingest')
    expect((await fetch(`${router.url}/problems/nothing`)).status).toBe(404)
  })

  it('says so when a service is down', async () => {
    await using half = await startPathRouter({ auth: 'http://127.0.0.1:1', ingest: 'http://127.0.0.1:1', ledger: 'http://127.0.0.1:1' })
    expect((await fetch(`${half.url}/v1/chains`)).status).toBe(502)
  })
})
