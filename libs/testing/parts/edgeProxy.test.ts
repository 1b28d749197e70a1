import { Agent, createServer, request, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from 'vitest'
import { listenOnLoopback } from '../listenOnLoopback.ts'
import type { ServiceName } from '../servicePaths.ts'
import { TemporaryFolder } from '../temporaryFolder.ts'
import { waitUntil } from '../waitUntil.ts'
import { EdgeProxy, hasHaproxy } from './edgeProxy.ts'

/** A tiny real server in place of a replica. */
class Replica {
  ready = true
  /** Its checks are not answered. */
  hangs = false
  readonly taken: string[] = []
  connections = 0
  readonly name: string
  url = ''
  #server: Server | undefined

  constructor(name: string) {
    this.name = name
  }

  async listen(answer?: RequestListener): Promise<this> {
    this.#server = createServer((incoming, response) => {
      if (incoming.url === '/readyz' && this.hangs) return
      if (incoming.url === '/readyz') return void response.writeHead(this.ready ? 200 : 503).end()
      if (incoming.url === '/openapi.json') return void response.end(JSON.stringify({ openapi: '3.1.0', paths: { [`/v1/${this.name}`]: {} } }))
      if (incoming.url === '/metrics') return void response.end('# HELP shared text\n# TYPE shared counter\nshared 1\n')
      this.taken.push(`${incoming.method} ${incoming.url}`)
      if (answer !== undefined) return answer(incoming, response)
      void text(incoming).then(() => response.end(this.name))
    })
    this.#server.on('connection', () => this.connections++)
    this.url = (await listenOnLoopback(this.#server, Number(new URL(this.url || 'http://h:0').port))).url
    return this
  }

  /** From now on its port refuses. */
  async close(): Promise<void> {
    this.#server?.closeAllConnections()
    await new Promise((resolve) => this.#server?.close(resolve) ?? resolve(undefined))
  }
}

const cleaning: (() => void | Promise<unknown>)[] = []
afterEach(async () => {
  for (const clean of cleaning.splice(0).reverse()) await clean()
})

async function replica(name: string, answer?: RequestListener): Promise<Replica> {
  const made = await new Replica(name).listen(answer)
  cleaning.push(() => made.close())
  return made
}

async function edgeOf(replicas: Partial<Record<ServiceName, Replica[]>>): Promise<EdgeProxy> {
  const folder = new TemporaryFolder()
  cleaning.push(() => folder[Symbol.dispose]())
  const urls = (service: ServiceName): string[] => (replicas[service] ?? []).map(({ url }) => url)
  const edge = await EdgeProxy.start({ dataDir: folder.path, replicas: { auth: urls('auth'), ingest: urls('ingest'), ledger: urls('ledger') } })
  cleaning.push(() => edge[Symbol.asyncDispose]())
  return edge
}

function post(url: string, body: string, agent?: Agent): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const answered = (answer: IncomingMessage): void => void text(answer).then((all) => resolve({ status: answer.statusCode ?? 0, body: all }), reject)
    request(url, { method: 'POST', agent }, answered).once('error', reject).end(body)
  })
}

describe.skipIf(!hasHaproxy())('the edge proxy (needs haproxy)', () => {
  it('shares requests out among replicas, also those of one kept-open connection', async () => {
    const replicas = [await replica('one'), await replica('two')]
    const edge = await edgeOf({ ledger: replicas })
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    for (let sent = 0; sent < 10; sent++) await post(`${edge.url}/v1/chains`, 'x', agent)
    agent.destroy()
    expect(replicas.map(({ taken }) => taken.length)).toEqual([5, 5])
  })

  it('keeps its connections to a replica, however many devices there are', async () => {
    const devices = 700
    const busy = await replica('busy', (_incoming, response) => void setTimeout(() => response.end(), 100))
    const edge = await edgeOf({ ledger: [busy] })
    const agent = new Agent({ keepAlive: true, maxSockets: devices, maxFreeSockets: devices })
    for (let round = 0; round < 4; round++) await Promise.all(Array.from({ length: devices }, () => post(`${edge.url}/v1/chains`, 'x', agent)))
    agent.destroy()
    expect(busy.taken).toHaveLength(4 * devices)
    expect(busy.connections).toBeLessThan(1.2 * devices)
  })

  it('keeps a device to one replica of ingest, alone or in a batch, and shares devices out', async () => {
    const replicas = [await replica('one'), await replica('two')]
    const edge = await edgeOf({ ingest: replicas })
    const envelope = (device: number, seq: number): string => `${Buffer.from(JSON.stringify({ alg: 'EdDSA', typ: 'brume-reading', kid: `0199c0de-0000-7000-8000-${device}#${seq}`, seq })).toString('base64url')}.e30.c2ln`
    const send = async (type: string, body: string): Promise<string> => (await fetch(`${edge.url}/v1/readings`, { method: 'POST', headers: { 'content-type': type }, body })).text()
    const takers = []
    for (let device = 0; device < 20; device++) {
      const large = { readings: [envelope(device, 4), ...Array.from({ length: 500 }, () => envelope(0, 1))] }
      const answers = [await send('application/jose', envelope(device, 1)), await send('application/jose', envelope(device, 2)), await send('application/json', JSON.stringify({ readings: [envelope(device, 3)] })), await send('application/json; charset=utf-8', JSON.stringify(large))]
      expect(answers).toEqual(Array.from({ length: 4 }, () => answers[0]))
      takers.push(answers[0])
    }
    expect(new Set(takers)).toEqual(new Set(['one', 'two']))
  })

  it('knows by path alone whose a request is', async () => {
    const edge = await edgeOf({ auth: [await replica('auth')], ingest: [await replica('ingest')], ledger: [await replica('ledger')] })
    const owners = ['/v1/tenants', '/v1/devices/1?x=1', '/.well-known/jwks.json', '/v1/readings', '/v1/chains/1/readings', '/v1/dead-letters'].map(async (path) => (await fetch(edge.url + path)).text())
    expect(await Promise.all(owners)).toEqual(['auth', 'auth', 'auth', 'ingest', 'ledger', 'ledger'])
  })

  it('makes one document of those that each service has, and labels metrics by replica', async () => {
    const edge = await edgeOf({ auth: [await replica('auth')], ingest: [await replica('ingest'), await replica('other')], ledger: [await replica('ledger')] })
    expect(await (await fetch(`${edge.url}/openapi.json`)).json()).toMatchObject({ paths: { '/v1/auth': {}, '/v1/ingest': {}, '/v1/ledger': {} } })
    const samples = ['auth-0', 'ingest-0', 'ingest-1', 'ledger-0'].map((name) => `shared{replica="${name}"} 1\n`)
    expect(await (await fetch(`${edge.url}/metrics`)).text()).toBe(`# HELP shared text\n# TYPE shared counter\n${samples.join('')}`)
  })

  it('makes these documents of the replicas that are there', async () => {
    const [gone, other] = [await replica('gone'), await replica('other')]
    const edge = await edgeOf({ auth: [await replica('auth')], ingest: [gone, other], ledger: [await replica('ledger')] })
    await gone.close()
    expect(await (await fetch(`${edge.url}/openapi.json`)).json()).toMatchObject({ paths: { '/v1/auth': {}, '/v1/other': {}, '/v1/ledger': {} } })
    expect([...(await (await fetch(`${edge.url}/metrics`)).text()).matchAll(/replica="(.*)"/g)].map(([, name]) => name)).toEqual(['auth-0', 'ingest-1', 'ledger-0'])
  })

  it('gives nothing new to a replica that says not ready, and lets it finish what it has', async () => {
    const held: (() => void)[] = []
    const slow = await replica('slow', (_incoming, response) => void held.push(() => response.end('finished')))
    const other = await replica('other')
    const edge = await edgeOf({ ledger: [slow, other] })
    const inFlight = [post(`${edge.url}/v1/chains`, ''), post(`${edge.url}/v1/chains`, '')]
    await waitUntil('one request is held', () => held.length === 1, { limitMs: 5_000 })
    slow.ready = false
    await waitUntil('it is left out', async () => (await edge.servers())['ledger-0'] === 'DOWN', { limitMs: 5_000 })
    for (let sent = 0; sent < 6; sent++) expect((await post(`${edge.url}/v1/chains`, '')).body).toBe('other')
    for (const finish of held) finish()
    expect((await Promise.all(inFlight)).map(({ body }) => body).sort()).toEqual(['finished', 'other'])
    slow.ready = true
    await waitUntil('it is taken in again', async () => (await edge.servers())['ledger-0'] === 'UP', { limitMs: 5_000 })
  })

  it('soon leaves a replica that does not answer, and goes back to it when there is no other one', { timeout: 40_000 }, async () => {
    const [hanging, other] = [await replica('hanging'), await replica('other')]
    const edge = await edgeOf({ auth: [await replica('auth')], ingest: [await replica('ingest')], ledger: [hanging, other] })
    hanging.hangs = true
    await waitUntil('it is left out', async () => (await edge.servers())['ledger-0'] === 'DOWN', { limitMs: 10_000 })
    for (let sent = 0; sent < 4; sent++) expect((await post(`${edge.url}/v1/chains`, '')).body).toBe('other')
    other.hangs = true // overloaded, both of them: requests are answered, checks are not
    await waitUntil('both are left out', async () => (await edge.servers())['ledger-1'] === 'DOWN', { limitMs: 10_000 })
    const answers = [await post(`${edge.url}/v1/chains`, ''), await post(`${edge.url}/v1/chains`, '')]
    expect(answers.map(({ body }) => body).sort()).toEqual(['hanging', 'other'])
    expect((await fetch(`${edge.url}/readyz`)).status).toBe(200)
    other.hangs = hanging.hangs = other.ready = hanging.ready = false // what they say themselves counts, once the checks under way have ended
    const refused = await waitUntil('a refusal', async () => [await post(`${edge.url}/v1/chains`, '')].find(({ status }) => status === 503), { limitMs: 20_000 })
    expect(JSON.parse(refused.body)).toMatchObject({ status: 503, title: expect.stringContaining('No replica of the service is ready') })
  })

  it('gives a request whose connection was refused to another replica: the client sees nothing of it', async () => {
    const [gone, other] = [await replica('gone'), await replica('other')]
    const edge = await edgeOf({ ingest: [gone, other] })
    await gone.close()
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(`${edge.url}/v1/readings`, 'x')))
    expect(answers.map(({ status, body }) => `${status} ${body}`)).toEqual(Array.from({ length: 20 }, () => '200 other'))
    expect(other.taken).toHaveLength(20)
  })

  it('never sends a request again that a replica has taken', async () => {
    const dying = await replica('dying', (incoming) => incoming.socket.destroy())
    const other = await replica('other', (incoming) => incoming.socket.destroy())
    const edge = await edgeOf({ ingest: [dying, other] })
    const { status, body } = await post(`${edge.url}/v1/readings`, 'x')
    expect([status, JSON.parse(body).status]).toEqual([502, 502])
    expect([...dying.taken, ...other.taken]).toEqual(['POST /v1/readings'])
  })

  it('says which service has no replica that is ready', async () => {
    const ledger = await replica('ledger')
    const edge = await edgeOf({ auth: [await replica('auth')], ingest: [await replica('ingest')], ledger: [ledger] })
    expect([(await fetch(`${edge.url}/readyz`)).status, await (await fetch(`${edge.url}/readyz`)).json()]).toEqual([200, { status: 'ready' }])
    await ledger.close()
    const answer = await waitUntil('not ready', async () => [await fetch(`${edge.url}/readyz`)].find(({ status }) => status === 503), { limitMs: 5_000 })
    expect(await answer.json()).toMatchObject({ status: 503, waitingFor: [{ part: 'ledger' }] })
    const refused = await fetch(`${edge.url}/v1/chains`)
    expect([refused.status, refused.headers.get('content-type'), (await fetch(`${edge.url}/v1/tenants`)).status]).toEqual([503, 'application/problem+json', 200])
  })

  it('refuses a body that is too large so that the client hears it, and no replica is asked', async () => {
    const strict = await replica('strict')
    const edge = await edgeOf({ ingest: [strict] })
    for (let sent = 0; sent < 20; sent++) {
      const { status, body } = await post(`${edge.url}/v1/readings`, 'x'.repeat(1_048_577 + sent * 100_000))
      expect([status, JSON.parse(body)]).toEqual([413, { type: '/problems/body-too-large', title: expect.any(String), status: 413, instance: expect.any(String) }])
    }
    expect((await post(`${edge.url}/v1/readings`, 'x'.repeat(1_048_576))).status).toBe(200)
    expect(strict.taken).toHaveLength(1)
  })

  it('that cannot start says why and leaves nothing', async () => {
    using folder = new TemporaryFolder()
    const { port } = new URL((await replica('here')).url)
    const start = EdgeProxy.start({ dataDir: folder.path, port: Number(port), replicas: { auth: [], ingest: [], ledger: [] } })
    await expect(start).rejects.toThrow(/haproxy did not start[^]*cannot bind/i)
  })
})
