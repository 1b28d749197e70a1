import { EdgeProxy, freePort, hasHaproxy, TemporaryFolder, waitUntil } from '@brume/testing'
import { createServer, type RequestListener } from 'node:http'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from 'vitest'
import { SiteGateway } from './siteGateway.ts'

const stack = new Set<() => unknown>()
afterEach(async () => {
  for (const clean of [...stack].reverse()) await clean()
  stack.clear()
})

async function started(upstream: string, port?: number): Promise<SiteGateway> {
  const gateway = await SiteGateway.start({ upstream, ...(port !== undefined && { port }) })
  stack.add(() => gateway[Symbol.asyncDispose]())
  return gateway
}

async function replica(answer: RequestListener): Promise<string> {
  const server = createServer(answer)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  stack.add(() => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  })
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
}

const post = (url: string, body: string): Promise<Response> => fetch(url, { method: 'POST', body, signal: AbortSignal.timeout(10_000) })

describe('the site gateway as a process', () => {
  it('ends with SIGTERM, and nothing listens any more', async () => {
    const gateway = await started('http://127.0.0.1:1')
    expect((await post(gateway.url, 'x')).status).toBe(502)
    expect(await gateway.kill('SIGTERM')).toEqual({ code: 0, signal: null })
    await expect(post(gateway.url, 'x')).rejects.toThrow('fetch failed')
  })

  it('says what it cannot use: a port that is taken, an upstream that is no URL', async () => {
    const gateway = await started('http://127.0.0.1:1', await freePort())
    await expect(SiteGateway.start({ upstream: 'http://127.0.0.1:1', port: Number(new URL(gateway.url).port) })).rejects.toThrow('EADDRINUSE')
    await expect(SiteGateway.start({ upstream: 'cloud' })).rejects.toThrow('--upstream cloud: http://HOST:PORT is expected')
  })
})

describe.skipIf(!hasHaproxy())('the site gateway before the cloud\'s edge (needs haproxy)', () => {
  async function edge(url: string, port: number): Promise<EdgeProxy> {
    const folder = new TemporaryFolder()
    stack.add(() => folder[Symbol.dispose]())
    const proxy = await EdgeProxy.start({ dataDir: folder.path, port, replicas: { auth: [url], ingest: [url], ledger: [url] } })
    stack.add(() => proxy[Symbol.asyncDispose]())
    return proxy
  }

  const answers: RequestListener = (request, response) => {
    if (request.url === '/readyz') return void response.end()
    void text(request).then((body) => response.writeHead(202, { 'server-timing': 'parse;dur=0.1' }).end(`${request.method} ${request.url} ${request.headers['content-type']} ${body}`))
  }

  it('comes in by HTTP/2, and what a service answers arrives', async () => {
    const [url, port] = [await replica(answers), await freePort()]
    await edge(url, port)
    const gateway = await started(`http://127.0.0.1:${port}`)
    const answered = await Promise.all(Array.from({ length: 200 }, (_, at) => post(`${gateway.url}/v1/readings`, `{"readings":["${at}"]}`)))
    expect(answered.map(({ status, headers }) => [status, headers.get('server-timing')])).toEqual(answered.map(() => [202, 'parse;dur=0.1']))
    expect(await answered[7]?.text()).toBe('POST /v1/readings text/plain;charset=UTF-8 {"readings":["7"]}')
    expect(await (await fetch(`${gateway.url}/readyz`)).json()).toEqual({ status: 'ready' })
  })

  it('comes back to an edge that was away', async () => {
    const [url, port] = [await replica(answers), await freePort()]
    const first = await edge(url, port)
    const gateway = await started(`http://127.0.0.1:${port}`)
    expect((await post(`${gateway.url}/v1/readings`, 'x')).status).toBe(202)
    await first.kill('SIGKILL')
    expect((await waitUntil('a refusal', async () => [await post(`${gateway.url}/v1/readings`, 'x')].find(({ status }) => status === 502), { limitMs: 5_000 })).headers.get('content-type')).toBe('application/problem+json')
    await edge(url, port)
    await waitUntil('an answer', async () => (await post(`${gateway.url}/v1/readings`, 'x')).status === 202, { limitMs: 10_000 })
  })

  it('hears a refusal of the edge itself', async () => {
    const port = await freePort()
    await edge(`http://127.0.0.1:${await freePort()}`, port)
    const gateway = await started(`http://127.0.0.1:${port}`)
    expect([(await post(`${gateway.url}/v1/chains`, 'x')).status, (await post(`${gateway.url}/v1/chains`, 'x'.repeat(1_048_577))).status]).toEqual([503, 413])
  })
})
