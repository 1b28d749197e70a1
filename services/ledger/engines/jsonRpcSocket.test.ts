import { mkdtempSync, rmSync } from 'node:fs'
import http from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { jsonRpcServer } from './ganache/jsonRpcServer.ts'
import { maxRequestBytes, RpcError } from './jsonRpc.ts'
import type { JsonRpcSocketOptions } from './jsonRpcSocket.ts'
import { JsonRpcSocket } from './jsonRpcSocket.ts'

let place: string
let socketPath: string
let server: http.Server | undefined
let rpc: JsonRpcSocket

beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'brume-rpc-'))
  socketPath = join(place, 'rpc.sock')
})
afterEach(async () => {
  rpc.close()
  server?.closeAllConnections()
  await new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)))
  server = undefined
  rmSync(place, { recursive: true })
})

async function serve(one: http.Server, options: Partial<JsonRpcSocketOptions> = {}): Promise<void> {
  server = one
  await new Promise<void>((resolve) => one.listen(socketPath, resolve))
  rpc = new JsonRpcSocket({ socketPath, ...options })
}

/** Answers calls to `echo` with their params; others never, or with an error. */
function echoServer(seen: string[] = []): http.Server {
  return jsonRpcServer(async (method, params) => {
    seen.push(method)
    if (method === 'echo') return params
    if (method === 'never') return new Promise(() => undefined)
    throw new RpcError(3, 'execution reverted', '0x08c379a0')
  })
}

function rawServer(body: string, status = 200): http.Server {
  return http.createServer((_, response) => response.writeHead(status).end(body))
}

describe('JsonRpcSocket', () => {
  it('gives results, and errors with code and data', async () => {
    await serve(echoServer())
    expect(await rpc.call('echo', [1, { a: 'é' }])).toEqual([1, { a: 'é' }])
    await expect(rpc.call('revert', [])).rejects.toMatchObject({ name: 'RpcError', code: 3, message: 'execution reverted', data: '0x08c379a0' })
  })

  it('gives the outcomes of a batch in the order of its calls', async () => {
    await serve(echoServer())
    const outcomes = await rpc.batch([{ method: 'echo', params: ['a'] }, { method: 'revert', params: [] }, { method: 'echo', params: ['b'] }])
    expect(outcomes).toMatchObject([{ ok: true, result: ['a'] }, { ok: false, error: { code: 3 } }, { ok: true, result: ['b'] }])
    expect(await rpc.batch([])).toEqual([])
  })

  it('keeps its connections', async () => {
    await serve(echoServer())
    let connections = 0
    server?.on('connection', () => (connections += 1))
    for (let n = 0; n < 5; n += 1) await rpc.call('echo', [n])
    expect(connections).toBe(1)
  })

  it('has at most so many requests in flight, lets so many wait, and refuses the next', async () => {
    const seen: string[] = []
    await serve(echoServer(seen), { maxInFlight: 2, maxWaiting: 1, timeoutMs: 300 })
    const waiting = Promise.allSettled([rpc.call('never', []), rpc.call('never', []), rpc.call('never', [])])
    await expect(rpc.call('echo', [])).rejects.toMatchObject({ reason: 'overloaded' })
    expect((await waiting).map((one) => (one.status === 'rejected' ? one.reason.reason : one.value))).toEqual(['timeout', 'timeout', 'timeout'])
    expect(seen).toEqual(['never', 'never'])
    expect(await rpc.call('echo', ['free again'])).toEqual(['free again'])
  })

  it('ends what is in flight when it is closed, and takes no more', async () => {
    await serve(echoServer())
    const waiting = expect(rpc.call('never', [])).rejects.toMatchObject({ reason: 'closed' })
    rpc.close()
    await waiting
    await expect(rpc.call('echo', [])).rejects.toMatchObject({ reason: 'closed' })
  })

  it('says that nobody listens', async () => {
    rpc = new JsonRpcSocket({ socketPath })
    await expect(rpc.call('echo', [])).rejects.toMatchObject({ name: 'RpcUnavailable', reason: 'not-connected' })
  })

  it.each([
    ['not JSON', rawServer('<html>')],
    ['not JSON-RPC', rawServer('{"id":"x"}')],
    ['a refusal of HTTP', rawServer('{"id":0,"result":1}', 500)],
  ])('refuses an answer that is %s', async (_, one) => {
    await serve(one)
    await expect(rpc.call('echo', [])).rejects.toMatchObject({ reason: 'malformed' })
  })

  it('refuses a batch answer that lacks a call', async () => {
    await serve(rawServer('[{"id":0,"result":1}]'))
    await expect(rpc.batch([{ method: 'a', params: [] }, { method: 'b', params: [] }])).rejects.toMatchObject({ reason: 'malformed' })
  })

  it('reads no more of an answer than its limit', async () => {
    await serve(echoServer(), { maxResponseBytes: 1_000 })
    await expect(rpc.call('echo', ['x'.repeat(2_000)])).rejects.toMatchObject({ reason: 'too-large' })
  })

  it('does not send a request that the engine would refuse for its size', async () => {
    const seen: string[] = []
    await serve(echoServer(seen))
    await expect(rpc.call('echo', ['x'.repeat(maxRequestBytes)])).rejects.toMatchObject({ reason: 'request-too-large' })
    expect(seen).toEqual([])
  })
})

describe('jsonRpcServer', () => {
  async function post(body: string, method = 'POST'): Promise<{ status?: number; body: string }> {
    return new Promise((resolve, reject) => {
      const request = http.request({ socketPath, method, agent: false }, (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (part: string) => (text += part)).on('end', () => resolve({ status: response.statusCode, body: text }))
      })
      request.on('error', reject).end(body)
    })
  }

  it.each([
    ['{', -32700],
    ['[]', -32600],
    ['5', -32600],
    ['{"id":1}', -32600],
    ['{"id":1,"method":"echo","params":{"a":1}}', -32602],
  ])('answers %s with %i', async (body, code) => {
    await serve(echoServer())
    expect(JSON.parse((await post(body)).body)).toMatchObject({ error: { code } })
  })

  it('refuses a body over the limit and any method but POST', async () => {
    await serve(echoServer())
    expect((await post('x'.repeat(maxRequestBytes + 1))).status).toBe(413)
    expect((await post('', 'GET')).status).toBe(405)
  })
})
