import http from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EngineSpec } from '../engine.ts'
import { enginePath } from '../hostApi.ts'
import { HostYard } from '../hosted.fixture.ts'
import { maxRequestBytes } from '../jsonRpc.ts'

let yard: HostYard
let spec: EngineSpec
let path: string

beforeAll(async () => {
  yard = await HostYard.start()
  spec = yard.spec()
  path = enginePath(spec.chainId)
  await yard.up(spec)
})
afterAll(() => yard[Symbol.asyncDispose]())

function call(id: number, method: string, params: unknown[] = []): object {
  return { jsonrpc: '2.0', id, method, params }
}

/** Sends no body at all, so that only the head can be answered. */
function answerToHead(headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const request = http.request(`${yard.host.url}${path}/rpc`, { method: 'POST', agent: false, headers: { 'content-type': 'application/json', ...headers } }, (response) => {
      resolve(response.statusCode)
      request.destroy()
    })
    request.on('error', reject).flushHeaders()
  })
}

describe('who asks the engine host', () => {
  it('is told nothing without the token, not even what there is', async () => {
    const rpc = JSON.stringify(call(1, 'eth_blockNumber'))
    const asked: [method: string, path: string, body?: string][] = [
      ['GET', path],
      ['GET', enginePath(yard.spec().chainId)],
      ['GET', '/v1/nothing'],
      ['DELETE', path],
      ['POST', `${path}/stop`],
      ['POST', `${path}/rpc`, rpc],
      ['PUT', path, '{'],
    ]
    const wrong = ['', 'Bearer x', `Basic ${yard.host.token}`, `Bearer ${yard.host.token}x`, `Bearer ${yard.host.token} x`]
    const answers = await Promise.all(asked.flatMap(([method, where, body]) => wrong.map((authorization) => yard.ask(method, where, body, { authorization }))))
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
    expect(answers[0]).toMatchObject({ status: 401 })
    expect(yard.host.engines).toHaveLength(1)
  })

  it('is refused by the head of the request alone: no body is taken in without the token, nor one over the limit', async () => {
    expect(await answerToHead({ 'content-length': '1000' })).toBe(401)
    expect(await answerToHead({ 'content-length': String(maxRequestBytes + 1), authorization: `Bearer ${yard.host.token}` })).toBe(413)
  })

  it('may probe without the token, and hears no more than yes or no', async () => {
    expect(await yard.ask('GET', '/healthz', undefined, { authorization: '' })).toEqual({ status: 200, text: '{"status":"alive"}' })
    expect(await yard.ask('GET', '/readyz', undefined, { authorization: '' })).toEqual({ status: 200, text: '{"status":"ready"}' })
  })

  it('gets the answer of the engine, to one call, to a batch, and to what is no JSON', async () => {
    const single = await yard.ask('POST', `${path}/rpc`, JSON.stringify(call(7, 'eth_chainId')))
    expect(JSON.parse(single.text)).toEqual({ jsonrpc: '2.0', id: 7, result: `0x${spec.eip155.toString(16)}` })
    const batch = await yard.ask('POST', `${path}/rpc`, JSON.stringify([call(1, 'eth_blockNumber'), call(2, 'evm_revert')]))
    expect(JSON.parse(batch.text)).toMatchObject([{ id: 1, result: '0x1' }, { id: 2, error: { code: -32601 } }])
    expect(JSON.parse((await yard.ask('POST', `${path}/rpc`, '{"jsonrpc')).text)).toMatchObject({ error: { code: -32700 } })
    expect(JSON.parse((await yard.ask('POST', `${path}/rpc`, Buffer.from([0xff, 0x00, 0x0d, 0x0a]))).text)).toMatchObject({ error: { code: -32700 } })
  })

  it('is refused another media type', async () => {
    const answer = await yard.ask('POST', `${path}/rpc`, '{}', { 'content-type': 'text/plain' })
    expect({ status: answer.status, ...JSON.parse(answer.text) }).toMatchObject({ status: 415, code: 'media-type' })
  })

  it.each([
    ['no JSON', '{'],
    ['nothing', ''],
    ['a volume of its own choice', { dataDir: '/' }],
    ['another chain than the path', { chainId: '01890000-0000-7000-8000-000000000000' }],
    ['an unknown hardfork', { hardfork: 'osaka' }],
    ['no address', { fundedAddress: '0x12' }],
    ['no chain id', { eip155: -1 }],
  ])('is refused an order with %s', async (_, wrong) => {
    const { dataDir: __, ...order } = spec
    const answer = await yard.ask('PUT', path, typeof wrong === 'string' ? wrong : JSON.stringify({ ...order, ...wrong }))
    expect({ status: answer.status, ...JSON.parse(answer.text) }).toMatchObject({ status: 400, code: 'bad-request' })
  })

  it.each(['..%2f..%2fetc', '%2e%2e', 'x'.repeat(90), '01890000-0000-7000-8000-00000000000G'])('cannot name a folder by the chain id %s', async (id) => {
    for (const [method, below] of [['GET', ''], ['DELETE', ''], ['POST', '/stop'], ['POST', '/rpc']] as const) {
      expect((await yard.ask(method, `/v1/engines/${id}${below}`)).status).toBe(404)
    }
  })

  it('hears that there is no engine to call', async () => {
    const answer = await yard.ask('POST', `${enginePath(yard.spec().chainId)}/rpc`, JSON.stringify(call(1, 'eth_blockNumber')))
    expect({ status: answer.status, ...JSON.parse(answer.text) }).toMatchObject({ status: 503, code: 'not-connected' })
  })
})
