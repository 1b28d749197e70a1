import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { logged, operatorToken, startMs, startTestApp, tenantToken, time } from './testApp.fixture.ts'

let app: NestFastifyApplication
let bearer: { authorization: string }
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())
beforeEach(async () => {
  time.nowMs = startMs
  logged.length = 0
  bearer = { authorization: `Bearer ${await tenantToken()}` }
})

type Inject = Parameters<NestFastifyApplication['inject']>[0]
const noInstance = (body: object) => Object.fromEntries(Object.entries(body).filter(([name]) => name !== 'instance'))

async function refusal(request: Inject) {
  const response = await app.inject(request)
  expect(response.headers['content-type']).toBe('application/problem+json')
  expect(response.headers['cache-control']).toBe('no-store')
  expect(response.json().status).toBe(response.statusCode)
  expect(response.json().instance).toMatch(/^urn:uuid:[0-9a-f-]{36}$/)
  return { status: response.statusCode, code: String(response.json().type).replace('/problems/', ''), body: noInstance(response.json()), headers: response.headers }
}

const post = (payload: string | object, headers: Record<string, string> = {}): Inject => ({ method: 'POST', url: '/v1/lanterns', payload, headers: { ...bearer, ...headers } })

describe('problems', () => {
  it('say what was thrown, and extensions cannot replace the members of RFC 9457', async () => {
    const { body, headers } = await refusal('/v1/fail/fog')
    expect(headers['retry-after']).toBe('9')
    expect(body).toMatchInlineSnapshot(`
      {
        "detail": "Sight is 3 m.",
        "sightM": 3,
        "status": 409,
        "title": "The fog is too thick",
        "type": "/problems/fog-too-thick",
      }
    `)
  })

  it('tell nothing of an unforeseen failure, and log it under the instance', async () => {
    const response = await app.inject('/v1/fail/oops')
    expect(noInstance(response.json())).toMatchInlineSnapshot(`
      {
        "status": 500,
        "title": "Something failed that should not",
        "type": "/problems/internal-error",
      }
    `)
    expect(logged).toMatchObject([{ instance: response.json().instance, code: 'internal-error', cause: { message: 'password is hunter2' } }])
  })

  it('know a full database by its cause, and a busy log with its own wait', async () => {
    const full = await refusal('/v1/fail/full')
    expect([full.status, full.code, full.headers['retry-after']]).toEqual([503, 'storage-full', '30'])
    const busy = await refusal('/v1/fail/busy')
    expect([busy.status, busy.code, busy.headers['retry-after']]).toEqual([503, 'overloaded', '3'])
  })

  it('name each wrong member by a JSON Pointer', async () => {
    const { body } = await refusal(post({ name: '', candles: [{ lumen: 1 }, { lumen: 'x' }], 'a/b': 1 }))
    expect(body).toMatchInlineSnapshot(`
      {
        "detail": "#/name: Too small: expected string to have >=1 characters (and 2 more)",
        "issues": [
          {
            "field": "#/name",
            "message": "Too small: expected string to have >=1 characters",
          },
          {
            "field": "#/candles/1/lumen",
            "message": "Invalid input: expected number, received string",
          },
          {
            "field": "#",
            "message": "Unrecognized key: "a/b"",
          },
        ],
        "status": 400,
        "title": "The request does not have the expected form",
        "type": "/problems/invalid-request",
      }
    `)
  })

  it.each([
    ['malformed JSON', '{"name":', {}, 400, 'malformed-json'],
    ['an empty body', '', {}, 400, 'malformed-json'],
    ['a poisoned prototype', '{"__proto__":{"x":1},"name":"a","candles":[]}', {}, 400, 'malformed-json'],
    ['a form', 'name=a', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'unsupported-media-type'],
    ['text', 'a', { 'content-type': 'text/plain' }, 415, 'unsupported-media-type'],
    ['a problem', '{}', { 'content-type': 'application/problem+json' }, 415, 'unsupported-media-type'],
    ['JOSE where JSON is wanted', 'a.b.c', { 'content-type': 'application/jose' }, 415, 'unsupported-media-type'],
    ['more than 1 MiB', `"${'a'.repeat(1_048_576)}"`, {}, 413, 'body-too-large'],
  ])('refuse %s', async (_, payload, headers, status, code) => {
    expect(await refusal(post(payload, { 'content-type': 'application/json', ...headers }))).toMatchObject({ status, code })
  })

  it('refuse an unknown path, a malformed one and one that is too long', async () => {
    expect(await refusal('/v1/none')).toMatchObject({ status: 404, code: 'not-found' })
    expect(await refusal('/v1/lanterns/%E0%A4%A')).toMatchObject({ status: 400, code: 'malformed-http' })
    expect(await refusal(`/v1/lanterns/${'a'.repeat(201)}`)).toMatchObject({ status: 414, code: 'uri-too-long' })
  })

  it('name the methods that a path has', async () => {
    const { status, code, headers } = await refusal({ method: 'DELETE', url: '/v1/lanterns?x=1' })
    expect([status, code, headers['allow']]).toEqual([405, 'method-not-allowed', 'GET, HEAD, POST'])
  })

  it('are explained by the service, as JSON and for browsers', async () => {
    expect((await app.inject('/problems/fog-too-thick')).json()).toMatchInlineSnapshot(`
      {
        "code": "fog-too-thick",
        "service": "fog",
        "status": 409,
        "title": "The fog is too thick",
        "type": "/problems/fog-too-thick",
        "whatToDo": "Wait for <wind> & "sun".",
      }
    `)
    const page = await app.inject({ url: '/problems/fog-too-thick', headers: { accept: 'text/html,*/*' } })
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(page.body).toContain('Wait for &lt;wind&gt; &amp; &quot;sun&quot;.')
    const codes = (await app.inject('/problems')).json().problems.map((problem: { code: string }) => problem.code)
    expect(codes).toEqual(expect.arrayContaining(['fog-too-thick', 'invalid-request', 'storage-full']))
    expect(await refusal('/problems/none')).toMatchObject({ status: 404 })
  })
})

describe('bodies', () => {
  it('give application/jose as exact bytes', async () => {
    const response = await app.inject({ method: 'POST', url: '/v1/jose', payload: Buffer.from('a.b\n\xff', 'latin1'), headers: { 'content-type': 'application/jose' } })
    expect(response.json()).toEqual({ bytes: '612e620aff' })
  })

  it('accept JSON with a charset', async () => {
    const response = await app.inject(post('{"name":"a","candles":[]}', { 'content-type': 'application/json; charset=utf-8' }))
    expect([response.statusCode, response.json()]).toEqual([202, { id: 'tenant-1', name: 'a' }])
  })
})

describe('tokens', () => {
  const challenge = async (url: string, authorization?: string) => {
    const { status, code, headers } = await refusal({ url, headers: authorization === undefined ? {} : { authorization } })
    return [status, code, headers['www-authenticate']]
  }
  const invalid = 'Bearer realm="brume", error="invalid_token"'

  it('are needed where nothing else is said', async () => {
    expect(await challenge('/v1/lanterns')).toEqual([401, 'token-missing', 'Bearer realm="brume"'])
    expect(await challenge('/v1/lanterns', 'Basic abc')).toEqual([401, 'token-invalid', invalid])
    expect(await challenge('/v1/lanterns', 'Bearer a.b.c')).toEqual([401, 'token-invalid', invalid])
    expect(await challenge('/v1/lanterns', `Bearer ${operatorToken}`)).toEqual([401, 'token-invalid', invalid])
    expect((await app.inject({ url: '/v1/lanterns', headers: bearer })).statusCode).toBe(200)
  })

  it('expire', async () => {
    time.nowMs = startMs + 91_000
    expect(await challenge('/v1/lanterns', bearer.authorization)).toEqual([401, 'token-expired', invalid])
  })

  it('may be left out where a chain may be public, but a wrong one is refused', async () => {
    expect((await app.inject('/v1/lanterns/7')).json()).toEqual({ id: '7', tenant: null })
    expect((await app.inject({ url: '/v1/lanterns/7', headers: bearer })).json()).toEqual({ id: '7', tenant: 'tenant-1' })
    expect(await challenge('/v1/lanterns/7', 'Bearer a.b.c')).toEqual([401, 'token-invalid', invalid])
  })

  it('of the operator open what is the operator\'s, and no other token does', async () => {
    expect((await app.inject({ url: '/v1/operator', headers: { authorization: `bearer ${operatorToken}` } })).json()).toEqual({ ok: true })
    expect(await challenge('/v1/operator', bearer.authorization)).toEqual([403, 'operator-only', undefined])
    expect(await challenge('/v1/operator', `Bearer ${operatorToken}x`)).toEqual([401, 'token-invalid', invalid])
    expect(await challenge('/v1/operator')).toEqual([401, 'token-missing', 'Bearer realm="brume"'])
  })
})

describe('pages', () => {
  it('are walked by their cursors to the end', async () => {
    const items: string[] = []
    let next: string | null = ''
    while (next !== null) {
      const page: { items: string[]; next: string | null } = (await app.inject({ url: `/v1/lanterns?limit=2${next && `&cursor=${next}`}`, headers: bearer })).json()
      items.push(...page.items)
      next = page.next
    }
    expect(items).toEqual(['a', 'b', 'c', 'd', 'e'])
  })

  it('end where exactly the limit is left', async () => {
    expect((await app.inject({ url: '/v1/lanterns?limit=5', headers: bearer })).json().next).toBeNull()
  })

  it.each(['limit=0', 'limit=1001', 'limit=-1', 'limit=x', 'cursor=a%2Bb', 'cursor='])('refuse %s', async (query) => {
    expect(await refusal({ url: `/v1/lanterns?${query}`, headers: bearer })).toMatchObject({ status: 400, code: 'invalid-request' })
  })
})

describe('Idempotency-Key', () => {
  it.each(['', 'a b', 'é', 'a'.repeat(256)])('%j is refused', async (key) => {
    expect(await refusal(post({ name: 'a', candles: [] }, { 'idempotency-key': key }))).toMatchObject({ status: 400, code: 'idempotency-key-malformed' })
  })

  it('of 255 visible characters is handed on', async () => {
    const response = await app.inject(post({ name: 'a', candles: [] }, { 'idempotency-key': '~'.repeat(255) }))
    expect(response.json().key).toBe('~'.repeat(255))
  })
})

describe('headers', () => {
  it('keep browsers from sniffing, framing and storing, unless the answer says otherwise', async () => {
    const { headers } = await app.inject('/v1/lanterns/7')
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store', 'content-security-policy': "default-src 'none'; frame-ancestors 'none'" })
    expect(headers).not.toHaveProperty('server-timing')
  })

  it('tell how long the steps took', async () => {
    const { headers } = await app.inject('/v1/timed')
    expect(headers['server-timing']).toMatch(/^append;dur=1\.235, sequence;dur=\d+\.\d{3}, total;dur=\d+\.\d{3}$/)
    expect(headers['cache-control']).toBe('public, max-age=60')
  })
})

describe('a bare socket', () => {
  async function exchange(text: string): Promise<string> {
    if (!app.getHttpServer().listening) await app.listen(0, '127.0.0.1')
    const { port } = app.getHttpServer().address() as AddressInfo // Listening on TCP, so never a path.
    const socket = connect(port, '127.0.0.1')
    let answer = ''
    socket.setEncoding('utf8').on('data', (part: string) => (answer += part))
    socket.write(text)
    await once(socket, 'close', { signal: AbortSignal.timeout(10_000) })
    return answer
  }

  it('is answered with a problem when it does not speak HTTP', async () => {
    const answer = await exchange('NONSENSE\r\n\r\n')
    expect(answer).toContain('HTTP/1.1 400 Bad Request\r\nContent-Type: application/problem+json\r\n')
    expect(answer).toContain('"type":"/problems/malformed-http"')
  })

  it('is told when its request does not arrive in time', async () => {
    const answer = await exchange('POST /v1/jose HTTP/1.1\r\nHost: x\r\nContent-Type: application/jose\r\nContent-Length: 9\r\n\r\nslow')
    expect(answer).toContain('HTTP/1.1 408 Request Timeout\r\nContent-Type: application/problem+json\r\n')
    expect(answer).toContain('"type":"/problems/request-timeout"')
  })
})
