import { waitUntil } from '@brume/testing'
import { Agent, request, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http'
import type { ServerHttp2Stream } from 'node:http2'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from 'vitest'
import { CloudConnection, type CloudConnectionOptions } from './cloudConnection.ts'
import { CloudServer } from './cloudServer.fixture.ts'
import { gatewayLimits, gatewayServer, type GatewayLimits } from './gatewayServer.ts'

const stack: (() => unknown)[] = []
afterEach(async () => {
  for (const clean of stack.splice(0).reverse()) await clean()
})

async function cloudServer(port?: number): Promise<CloudServer> {
  const cloud = await CloudServer.start(port)
  stack.push(() => cloud[Symbol.asyncDispose]())
  return cloud
}

async function gateway(upstream: string, limits: Partial<GatewayLimits> = {}, options: Partial<CloudConnectionOptions> = {}): Promise<string> {
  const cloud = new CloudConnection({ upstream: new URL(upstream), connectLimitMs: 500, mostPauseMs: 100, ...options })
  const server = gatewayServer(cloud, { ...gatewayLimits, ...limits })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  stack.push(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    await cloud.close(100)
  })
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
}

interface Told {
  readonly status: number | undefined
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

interface Asking {
  readonly method?: string
  readonly headers?: OutgoingHttpHeaders
  readonly body?: string
  readonly agent?: Agent
}

function ask(url: string, { method = 'POST', headers = {}, body = '', agent }: Asking = {}): Promise<Told> {
  return new Promise((resolve, reject) => {
    const answered = (answer: IncomingMessage): void => void text(answer).then((all) => resolve({ status: answer.statusCode, headers: answer.headers, body: all }), reject)
    request(url, { method, headers, agent, signal: AbortSignal.timeout(10_000) }, answered).once('error', reject).end(body)
  })
}

describe('the site gateway', () => {
  it('passes method, path, headers and body on, and the answer back, without what is of one hop only', async () => {
    const cloud = await cloudServer()
    cloud.answer = (stream, headers) => {
      stream.respond({ ':status': 202, 'server-timing': 'parse;dur=0.1', 'set-cookie': ['a=1', 'b=2'] })
      void text(stream).then((body) => stream.end(JSON.stringify({ headers, body })))
    }
    const url = await gateway(cloud.url)
    const headers = { 'content-type': 'application/jose', traceparent: '00-1-2-01', connection: 'keep-alive, x-hop', 'x-hop': '1', te: 'trailers', expect: '100-continue', 'content-length': '6' }
    const told = await ask(`${url}/v1/readings?a=b`, { headers, body: 'signed' })
    const seen = JSON.parse(told.body)
    expect(seen.body).toBe('signed')
    expect(seen.headers).toEqual({ ':method': 'POST', ':scheme': 'http', ':authority': new URL(url).host, ':path': '/v1/readings?a=b', 'content-type': 'application/jose', traceparent: '00-1-2-01', 'content-length': '6' })
    expect([told.status, told.headers['server-timing'], told.headers['set-cookie'], told.headers.connection]).toEqual([202, 'parse;dur=0.1', ['a=1', 'b=2'], 'keep-alive'])
    expect(Object.keys(told.headers).filter((name) => name.startsWith(':'))).toEqual([])
  })

  it('passes on what has no body: GET, HEAD, 204', async () => {
    const cloud = await cloudServer()
    // One that waits for a body would never answer.
    cloud.answer = (stream, headers) => stream.endAfterHeaders && stream.respond({ ':status': headers[':method'] === 'GET' ? 204 : 200, 'content-length': headers[':method'] === 'HEAD' ? 5 : 0 }, { endStream: true })
    const url = await gateway(cloud.url)
    expect([(await ask(url, { method: 'GET' })).status, (await ask(url, { method: 'HEAD' })).headers['content-length']]).toEqual([204, '5'])
  })

  it('sends many requests of many devices at once over one connection', async () => {
    const cloud = await cloudServer()
    const waiting: (() => void)[] = []
    cloud.answer = (stream) => {
      stream.respond({ ':status': 200 })
      waiting.push(() => stream.pipe(stream))
    }
    const url = await gateway(cloud.url)
    const agent = new Agent({ keepAlive: true, maxSockets: 300 })
    stack.push(() => agent.destroy())
    const answers = Array.from({ length: 300 }, (_, at) => ask(url, { body: `reading ${at}`, agent }))
    await waitUntil('all of them at the cloud', () => waiting.length === 300, { limitMs: 10_000 })
    for (const go of waiting) go()
    expect((await Promise.all(answers)).map(({ body }) => body)).toEqual(Array.from({ length: 300 }, (_, at) => `reading ${at}`))
    expect([cloud.connections, cloud.mostStreams]).toEqual([1, 300])
  })

  it('keeps that connection from one request to the next, and those of the devices too', async () => {
    const cloud = await cloudServer()
    const url = await gateway(cloud.url)
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    stack.push(() => agent.destroy())
    for (let sent = 0; sent < 20; sent++) expect((await ask(url, { body: `${sent}`, agent })).headers.connection).toBe('keep-alive')
    expect(cloud.connections).toBe(1)
  })

  it('tells the cloud when a device goes away, and only of that request', async () => {
    const cloud = await cloudServer()
    cloud.answer = () => undefined
    const url = await gateway(cloud.url)
    const leaving = request(url, { method: 'POST' }).on('error', () => undefined)
    leaving.end('x')
    const staying = ask(url, { body: 'y' })
    await waitUntil('both are there', () => cloud.streams === 2, { limitMs: 5_000 })
    cloud.answer = (stream) => stream.respond({ ':status': 200 }, { endStream: true })
    leaving.destroy()
    await waitUntil('one is cancelled', () => cloud.streams === 1, { limitMs: 5_000 })
    expect((await ask(url)).status).toBe(200)
    expect(cloud.connections).toBe(1)
    await cloud[Symbol.asyncDispose]()
    expect((await staying).status).toBe(502)
  })

  it('says that the cloud is away, and goes on once it is back', async () => {
    const cloud = await cloudServer()
    const url = await gateway(cloud.url)
    expect((await ask(url)).status).toBe(200)
    await cloud[Symbol.asyncDispose]()
    const refused = await waitUntil('a refusal', async () => [await ask(url, { body: 'x' })].find(({ status }) => status === 502), { limitMs: 5_000 })
    expect(refused.headers).toMatchObject({ 'content-type': 'application/problem+json', 'retry-after': '1' })
    expect(JSON.parse(refused.body)).toEqual({ type: 'about:blank', title: 'The cloud cannot be reached from this site', status: 502 })
    const again = await cloudServer(cloud.port)
    await waitUntil('an answer', async () => (await ask(url)).status === 200, { limitMs: 5_000 })
    expect(again.connections).toBe(1)
  })

  it('starts without a cloud, and waits for one that comes', async () => {
    const gone = await cloudServer()
    await gone[Symbol.asyncDispose]()
    const url = await gateway(gone.url)
    expect((await ask(url)).status).toBe(502)
    await cloudServer(gone.port)
    await waitUntil('an answer', async () => (await ask(url)).status === 200, { limitMs: 5_000 })
  })

  it('does not send a request again that the cloud has taken', async () => {
    const cloud = await cloudServer()
    let taken = 0
    cloud.answer = (stream) => {
      taken++
      stream.session?.destroy()
    }
    const { status, body } = await ask(await gateway(cloud.url), { body: 'x' })
    expect([status, JSON.parse(body).title, taken]).toEqual([502, expect.stringContaining('nobody knows'), 1])
  })

  it.each([
    // Not `close`, which ends the answer properly before it resets the stream.
    ['the stream is reset', (stream: ServerHttp2Stream) => stream.destroy(new Error('broken off'))],
    ['the connection is lost', (stream: ServerHttp2Stream) => stream.session?.destroy()],
  ])('ends the connection of a device whose answer breaks off, for a part is not the whole: %s', async (_, breakOff) => {
    const cloud = await cloudServer()
    const url = await gateway(cloud.url)
    cloud.answer = (stream) => stream.respond({ ':status': 200 }, { endStream: true })
    expect((await ask(url)).status).toBe(200)
    let broken: ServerHttp2Stream | undefined
    cloud.answer = (stream) => {
      stream.respond({ ':status': 200 })
      stream.write('half')
      broken = stream
    }
    const answer = new Promise((resolve, reject) => {
      request(url, { method: 'POST' }, (message) => {
        message.once('data', () => broken && breakOff(broken))
        text(message).then(resolve, reject)
      }).once('error', reject).end('x')
    })
    await expect(answer).rejects.toThrow(/aborted|ECONNRESET|hang up/)
  })

  it('follows a cloud that sends it away, and still gives back what was under way', async () => {
    const cloud = await cloudServer()
    const waiting: (() => void)[] = []
    cloud.answer = (stream) => void waiting.push(() => stream.respond({ ':status': 200 }, { endStream: true }))
    const url = await gateway(cloud.url)
    const before = ask(url)
    await waitUntil('it is there', () => waiting.length === 1, { limitMs: 5_000 })
    cloud.sendAway()
    await waitUntil('the new connection', () => cloud.connections === 2, { limitMs: 5_000 })
    const after = ask(url)
    await waitUntil('the next one', () => waiting.length === 2, { limitMs: 5_000 })
    for (const go of waiting) go()
    expect([(await before).status, (await after).status, cloud.connections]).toEqual([200, 200, 2])
  })

  it('gives up on a cloud that takes the connection and says nothing, and leaves no connection behind', async () => {
    const mute = createServer((socket) => void socket.on('error', () => undefined).resume())
    await once(mute.listen(0, '127.0.0.1'), 'listening')
    const address = mute.address()
    stack.push(() => new Promise((resolve) => mute.close(resolve)))
    const url = await gateway(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`, {}, { connectLimitMs: 100 })
    expect((await ask(url)).status).toBe(502)
  })

  it('refuses what is too long, whether it says so or not, and hears the next request on that connection', async () => {
    const cloud = await cloudServer()
    const url = await gateway(cloud.url, { bodyBytes: 1_000 })
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    stack.push(() => agent.destroy())
    const long = 'x'.repeat(100_000)
    expect((await ask(url, { body: long, agent })).status).toBe(413)
    expect((await ask(url, { body: long, headers: { 'transfer-encoding': 'chunked' }, agent })).status).toBe(413)
    expect((await ask(url, { body: 'x'.repeat(1_000), agent })).body).toHaveLength(1_000)
  })

  it('bounds how many requests it has under way, and how long it waits for an answer', async () => {
    const cloud = await cloudServer()
    cloud.answer = () => undefined
    const url = await gateway(cloud.url, { requests: 2, answerMs: 300 })
    const held = [ask(url), ask(url)]
    await waitUntil('both are there', () => cloud.streams === 2, { limitMs: 5_000 })
    const refused = await ask(url)
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '1'])
    expect((await Promise.all(held)).map(({ status }) => status)).toEqual([504, 504])
    await waitUntil('the cloud hears of it', () => cloud.streams === 0, { limitMs: 5_000 })
  })
})
