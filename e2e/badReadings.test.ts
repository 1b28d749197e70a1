import type { ChainResource } from '@brume/client'
import { beforeAll, describe, expect, it } from 'vitest'
import { call, expectProblem, type Answer } from './http.ts'
import { base64url, highS, SimulatedKey } from './world/simulatedDevice.ts'
import { boundDevice, deliver, eventually, newDevice, newTenant, readyChain, SimulatedDevice, type TenantWorld } from './world/world.ts'

let tenant: TenantWorld
let chain: ChainResource
let device: SimulatedDevice
let p256: SimulatedDevice
beforeAll(async () => {
  tenant = await newTenant()
  chain = await readyChain(tenant)
  device = await boundDevice(tenant, chain.id)
  p256 = await boundDevice(tenant, chain.id, 'ES256')
  await deliver([device.reading(chain.id), p256.reading(chain.id)])
})

function send(content: string | Uint8Array<ArrayBuffer>, type = 'application/jose'): Promise<Answer> {
  return call('POST', '/v1/readings', { body: { type, content } })
}

const header = (more: Record<string, unknown> = {}): Record<string, unknown> => device.header(chain.id, more)
const changed = (envelope: string, part: 0 | 1 | 2, change: (text: string) => string): string => envelope.split('.').map((text, at) => (at === part ? change(text) : text)).join('.')

describe('what is no envelope', () => {
  /** Each with the rule that it breaks. */
  const malformed: [why: string, refusal: string, make: () => string][] = [
    ['no JWS', 'not-compact-jws', () => 'hello'],
    ['two parts', 'not-compact-jws', () => device.reading(chain.id).split('.').slice(0, 2).join('.')],
    ['four parts', 'not-compact-jws', () => `${device.reading(chain.id)}.x`],
    ['JSON serialisation', 'not-compact-jws', () => JSON.stringify({ protected: 'x', payload: 'y', signature: 'z' })],
    ['a header that is no JSON', 'header-not-json', () => device.key.jwsOf('{"alg":', '1')],
    ['a duplicate member', 'duplicate-member', () => device.key.jwsOf(JSON.stringify(header()).replace('{', '{"seq":1,'), '1')],
    ['crit', 'forbidden-member', () => device.key.jws(header({ crit: ['exp'] }), '1')],
    ['an own key', 'forbidden-member', () => device.key.jws(header({ jwk: device.key.jwk }), '1')],
    ['a key by URL', 'forbidden-member', () => device.key.jws(header({ jku: 'https://example.org/keys' }), '1')],
    ['unencoded payload', 'forbidden-member', () => device.key.jws(header({ b64: false }), '1')],
    ['alg none', 'unsupported-alg', () => `${base64url(JSON.stringify(header({ alg: 'none' })))}.${base64url('1')}.${'A'.repeat(86)}`],
    ['an HMAC', 'unsupported-alg', () => device.key.jws(header({ alg: 'HS256' }), '1')],
    ['another typ', 'wrong-typ', () => device.key.jws(header({ typ: 'JWT' }), '1')],
    ['a platform\'s entry', 'wrong-typ', () => device.key.jws(header({ typ: 'brume-binding' }), '1')],
    ['no seq', 'bad-seq', () => device.key.jws(header({ seq: undefined }), '1')],
    ['a negative seq', 'bad-seq', () => device.key.jws(header({ seq: -1 }), '1')],
    ['seq with a fraction', 'bad-seq', () => device.key.jwsOf(JSON.stringify(header({ seq: 7 })).replace('"seq":7', '"seq":7.0'), '1')],
    ['seq above 2^53 - 1', 'bad-seq', () => device.key.jwsOf(JSON.stringify(header({ seq: 7 })).replace('"seq":7', '"seq":9007199254740992'), '1')],
    ['no chain', 'bad-chain', () => device.key.jws(header({ chain: undefined }), '1')],
    ['no iat', 'bad-iat', () => device.key.jws(header({ iat: undefined }), '1')],
    ['a kid of nobody', 'bad-kid', () => device.key.jws(header({ kid: 'me' }), '1')],
    ['a short prv', 'bad-prv', () => device.key.jws(header({ prv: 'AAAA' }), '1')],
    ['a short signature', 'bad-signature-length', () => changed(device.reading(chain.id), 2, (text) => text.slice(0, 84))],
    ['the high-s twin of an ECDSA signature', 'high-s', () => highS(p256.reading(chain.id))],
    ['an Ed25519 signature with S above the order', 'non-canonical-s', () => changed(device.reading(chain.id), 2, (text) => Buffer.concat([Buffer.from(text, 'base64url').subarray(0, 32), Buffer.alloc(32, 0xff)]).toString('base64url'))],
  ]

  it.each(malformed)('%s (%s)', async (_why, refusal, make) => {
    const problem = await expectProblem(await send(make()), 400, 'malformed-envelope')
    expect(problem.refusal).toBe(refusal)
  })

  const spellings: [string, (envelope: string) => string][] = [
    ['padding', (envelope) => `${envelope}==`],
    ['unused bits', (envelope) => changed(envelope, 2, (text) => text.slice(0, -1) + twin(text.at(-1) ?? ''))],
    ['a line end', (envelope) => `${envelope}\n`],
    ['a space', (envelope) => ` ${envelope}`],
    ['the other alphabet', (envelope) => changed(envelope, 2, () => `${'A'.repeat(84)}+A`)],
  ]

  it.each(spellings)('base64url with %s', async (_what, spell) => {
    await expectProblem(await send(spell(device.reading(chain.id))), 400, 'non-canonical-base64url')
  })

  it('more than 65,535 bytes', async () => {
    const sized = (length: number): string => device.reading(chain.id, {}, 'x'.repeat(length))
    const smallest = sized(48_000)
    expect(smallest.length).toBeLessThan(65_535)
    expect((await send(smallest)).status).toBe(202)
    await expectProblem(await send(sized(49_400)), 413, 'envelope-too-large')
  })
})

/** The same bits in use, another spelling: 86 characters hold 64 bytes and 4 bits (RFC 4648 section 3.5). */
function twin(last: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return alphabet.charAt(alphabet.indexOf(last) + 1)
}

describe('what nobody may write', () => {
  it('a wrong signature', async () => {
    await expectProblem(await send(changed(device.reading(chain.id), 1, (text) => `${text.slice(0, -4)}AAAA`)), 403, 'invalid-signature')
    await expectProblem(await send(new SimulatedKey().jws(header(), '1')), 403, 'invalid-signature')
    await expectProblem(await send(new SimulatedKey('ES256').jws(header({ alg: 'ES256' }), '1')), 403, 'invalid-signature')
  })

  it('unknown, unbound and foreign devices, and unknown chains: all with the same answer', async () => {
    const [unbound, foreigner] = [await newDevice(tenant), await newDevice(await newTenant('foreigner'))]
    const unknown = new SimulatedDevice('0199c0de-0000-7000-8000-0000000000ff', tenant, new SimulatedKey())
    const answers = await Promise.all([unbound.reading(chain.id), foreigner.reading(chain.id), unknown.reading(chain.id), device.reading('0199c0de-0000-7000-8000-0000000000fe')].map((envelope) => send(envelope)))
    for (const answer of answers) await expectProblem(answer, 403, 'unknown-device')
    expect(new Set(answers.map(({ json }) => JSON.stringify({ ...json, instance: '' }))).size).toBe(1)
  })

  it('suspended devices, until they are resumed', async () => {
    const subject = await live()
    await call('POST', `/v1/devices/${subject.id}/suspend`, { token: tenant.token })
    await eventually(async () => void (await expectProblem(await send(subject.reading(chain.id)), 403, 'device-suspended')))
    await call('POST', `/v1/devices/${subject.id}/resume`, { token: tenant.token })
    await deliver([subject.reading(chain.id)])
  })

  it('revoked devices; and who cannot sign does not learn that', async () => {
    const subject = await live()
    await call('POST', `/v1/devices/${subject.id}/revoke`, { token: tenant.token })
    await eventually(async () => void (await expectProblem(await send(subject.reading(chain.id)), 403, 'device-revoked')))
    await expectProblem(await send(new SimulatedKey().jws(subject.header(chain.id), '1')), 403, 'invalid-signature')
  })

  it('a key that was replaced', async () => {
    const subject = await live()
    const [old, key, iat] = [subject.key, new SimulatedKey(), Math.floor(Date.now() / 1_000)]
    const possession = key.jws({ typ: 'brume-key-possession', kid: `${subject.id}#2`, iat }, { jwk: key.jwk })
    const endorsement = old.jws({ typ: 'brume-key-endorsement', kid: `${subject.id}#1`, iat }, { jwk: key.jwk })
    expect((await call('POST', `/v1/devices/${subject.id}/keys`, { token: tenant.token, json: { jwk: key.jwk, possession, endorsement } })).status).toBe(201)
    await eventually(async () => void (await expectProblem(await send(subject.reading(chain.id)), 403, 'stale-key')))
    Object.assign(subject, { key, keyNumber: 2 })
    await deliver([subject.reading(chain.id)])
  })
})

async function live(): Promise<SimulatedDevice> {
  const subject = await boundDevice(tenant, chain.id)
  await deliver([subject.reading(chain.id)])
  return subject
}

describe('a device that contradicts itself', () => {
  it('hears what it said first, with no promise', async () => {
    const first = await send(device.reading(chain.id, { seq: 500_000 }))
    const problem = await expectProblem(await send(device.reading(chain.id, { seq: 500_000 })), 409, 'equivocation')
    expect(problem.firstLeafHash).toBe(first.json.leafHash)
    expect(problem).not.toHaveProperty('promise')
  })

  it('within one request too', async () => {
    const answer = await call('POST', '/v1/readings', { json: { readings: [device.reading(chain.id, { seq: 500_001 }), device.reading(chain.id, { seq: 500_001 })] } })
    expect(answer.json.results.map(({ status }: { status: number }) => status)).toEqual([202, 409])
  })

  it('but not in a new epoch', async () => {
    expect((await send(device.reading(chain.id, { seq: 500_000, epoch: 1 }))).status).toBe(202)
  })
})

describe('what is no request', () => {
  it('JSON that is none', async () => {
    await expectProblem(await send('{"readings":[', 'application/json'), 400, 'malformed-json')
    await expectProblem(await send('', 'application/json'), 400, 'malformed-json')
  })

  it('another content type', async () => {
    for (const type of ['text/plain', 'application/octet-stream', 'application/x-www-form-urlencoded', 'multipart/form-data']) await expectProblem(await send(device.reading(chain.id), type), 415, 'unsupported-media-type')
  })

  it('a body over 1 MiB', async () => {
    await expectProblem(await send('x'.repeat(1_048_577)), 413, 'body-too-large')
    await expectProblem(await send(JSON.stringify({ readings: ['x'.repeat(1_048_576)] }), 'application/json'), 413, 'body-too-large')
  })

  it('another method, another path', async () => {
    await expectProblem(await call('GET', '/v1/nothing'), 404, 'not-found')
    const answer = await call('DELETE', '/v1/readings')
    expect([404, 405]).toContain(answer.status)
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/)
  })
})
