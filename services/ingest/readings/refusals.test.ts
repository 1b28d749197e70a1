import { readFileSync } from 'node:fs'
import { signControlEntry } from '@brume/envelope'
import { DEVICES } from '@brume/event-log'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chainState, deviceState, newDevice, newId, reading, TestIngest, type TestDevice } from '../ingest.fixture.ts'

/** A form of the golden vectors that says only what is read here. */
interface RefusedVector {
  readonly name: string
  readonly code: string
  readonly envelope?: string
  readonly bytes?: string
  readonly padTo?: number
}

const file = new URL('../../../vectors/envelope/refused.json', import.meta.url)
// Checked by libs/envelope, which owns the file.
const { vectors } = JSON.parse(readFileSync(file, 'utf8')) as { vectors: RefusedVector[] }

function bytesOf({ envelope = '', bytes, padTo = 0 }: RefusedVector): Buffer {
  return bytes === undefined ? Buffer.from(envelope.padEnd(padTo, 'A')) : Buffer.from(bytes, 'base64')
}

describe('refusing readings', () => {
  let ingest: TestIngest
  let device: TestDevice
  const chain = chainState()

  beforeAll(async () => {
    ingest = await TestIngest.start()
    device = await newDevice()
    await ingest.provide(chain, device)
  })
  afterAll(() => ingest.stop())

  async function refusalOf(envelope: string): Promise<Record<string, unknown>> {
    const before = (await ingest.entries()).length
    const answer = await ingest.postOne(envelope)
    const body = answer.json()
    expect(answer.headers['content-type']).toBe('application/problem+json')
    expect(body.status).toBe(answer.statusCode)
    expect((await ingest.app.inject(body.type)).statusCode).toBe(200)
    expect(await ingest.entries()).toHaveLength(before)
    return body
  }

  it.each(vectors.map((vector) => [vector.name, vector] as const))('refuses %s', async (_, vector) => {
    const body = (await ingest.post(bytesOf(vector), 'application/jose')).json()
    const expected = { 'too-large': 'envelope-too-large', 'non-canonical-base64url': 'non-canonical-base64url' }[vector.code] ?? 'malformed-envelope'
    expect(body.type).toBe(`/problems/${expected}`)
    expect(body.status).toBe(expected === 'envelope-too-large' ? 413 : 400)
  })

  it('refuses in a batch what is not ASCII, instead of reading it as something else', async () => {
    const envelope = await reading(device, chain.id, 1)
    const disguised = envelope.replace('A', 'Ł') // U+0141, whose low byte is "A"
    const answer = await ingest.post({ readings: [disguised] })
    expect(answer.json()).toMatchObject({ type: '/problems/no-reading-accepted', status: 422, results: [{ status: 400, problem: { type: '/problems/non-canonical-base64url' } }] })
  })

  it('refuses an entry that only the platform may write', async () => {
    const entry = await signControlEntry({ chain: chain.id, iat: 1, jti: newId() }, { typ: 'brume-device-status', device: device.id, status: 'active' }, { ...device.signer, kid: 'platform#1' })
    expect(await refusalOf(Buffer.from(entry).toString())).toMatchObject({ type: '/problems/malformed-envelope', refusal: 'wrong-typ' })
  })

  it('refuses a wrong signature', async () => {
    const imposter = await newDevice('EdDSA', device.id)
    expect(await refusalOf(await reading(imposter, chain.id, 1))).toMatchObject({ type: '/problems/invalid-signature', status: 403 })
  })

  it('refuses an alg that is not of the registered key', async () => {
    const imposter = await newDevice('ES256', device.id)
    expect(await refusalOf(await reading(imposter, chain.id, 1))).toMatchObject({ type: '/problems/invalid-signature', status: 403 })
  })

  it('answers alike for what is unknown, foreign, unbound or deleted', async () => {
    const unbound = await newDevice()
    const foreign = await newDevice()
    const otherTenant = chainState({ tenantId: newId() })
    const deleted = chainState({ state: 'deleted' })
    await ingest.provide(otherTenant, foreign)
    await ingest.provide(deleted, device)
    await ingest.publishDevice(deviceState(unbound), () => ingest.parts.devices.find(unbound.id) !== undefined)
    const answers = [
      await refusalOf(await reading(await newDevice(), chain.id, 1)),
      await refusalOf(await reading(unbound, chain.id, 1)),
      await refusalOf(await reading(foreign, otherTenant.id, 1)),
      await refusalOf(await reading(device, newId(), 1)),
      await refusalOf(await reading(device, deleted.id, 1)),
      await refusalOf(await reading(await newDevice('EdDSA', device.id, 2), chain.id, 1)),
    ]
    const [first, ...others] = answers.map((body) => ({ ...body, instance: undefined }))
    expect(first).toMatchObject({ type: '/problems/unknown-device', status: 403 })
    for (const other of others) expect(other).toEqual(first)
  })

  it.each(['requested', 'starting', 'stopping', 'stopped', 'failed'] as const)('refuses readings for a chain that is %s, and says so to its devices only', async (state) => {
    const closed = await ingest.provide(chainState({ state }), device)
    expect(await refusalOf(await reading(device, closed.id, 1))).toMatchObject({ type: '/problems/chain-not-ready', status: 409, state })
    expect(await refusalOf(await reading(await newDevice(), closed.id, 1))).toMatchObject({ type: '/problems/unknown-device' })
    expect(await refusalOf(await reading(await newDevice('EdDSA', device.id), closed.id, 1))).toMatchObject({ type: '/problems/invalid-signature' })
  })

  it.each([['suspended', 'device-suspended'], ['revoked', 'device-revoked']] as const)('refuses a %s device from its event on, once its signature held', async (status, code) => {
    const other = await newDevice()
    await ingest.provide(chain, other)
    expect((await ingest.postOne(await reading(other, chain.id, 1))).statusCode).toBe(202)
    const no = ingest.parts.devices.numberOf(other.id)
    await ingest.publishDevice(deviceState(other, { status }), () => ingest.parts.devices.statusOf(no) === status)
    expect(await refusalOf(await reading(other, chain.id, 2))).toMatchObject({ type: `/problems/${code}`, status: 403 })
    expect(await refusalOf(await reading(await newDevice('EdDSA', other.id), chain.id, 2))).toMatchObject({ type: '/problems/invalid-signature' })
  })

  it('refuses a key that was replaced, and takes the new one', async () => {
    const old = await newDevice()
    const renewed = await newDevice('ES256', old.id, 2)
    await ingest.provide(chain, old)
    const keys = [{ number: 1, jwk: old.jwk, alg: old.alg, status: 'replaced' as const }, { number: 2, jwk: renewed.jwk, alg: renewed.alg, status: 'active' as const }]
    const no = ingest.parts.devices.numberOf(old.id)
    await ingest.publishDevice(deviceState(old, { keys }), () => ingest.parts.devices.keyOf(no, 2) !== undefined)
    expect(await refusalOf(await reading(old, chain.id, 1))).toMatchObject({ type: '/problems/stale-key', status: 403 })
    expect((await ingest.postOne(await reading(renewed, chain.id, 1))).statusCode).toBe(202)
  })

  it('dead-letters an event that it cannot read, and goes on', async () => {
    const late = await newDevice()
    await ingest.log.append(DEVICES, 0, [{ key: 'x', value: Buffer.from('not an event') }])
    await ingest.provide(chain, late)
    expect((await ingest.postOne(await reading(late, chain.id, 1))).statusCode).toBe(202)
    expect((await ingest.log.readFrom('dead-letters', 0, 0, 10)).length).toBe(1)
  })

  describe('requests of the wrong form', () => {
    it.each([
      ['no JSON', '{"readings": [', 400, 'malformed-json'],
      ['null', 'null', 400, 'invalid-request'],
      ['a list', '[]', 400, 'invalid-request'],
      ['no readings', '{}', 400, 'invalid-request'],
      ['an empty list', '{"readings":[]}', 400, 'invalid-request'],
      ['a reading that is no string', '{"readings":["a.b.c",1]}', 400, 'invalid-request'],
      ['a member that we would ignore', '{"readings":["a.b.c"],"qos":2}', 400, 'invalid-request'],
      ['1,001 readings', JSON.stringify({ readings: Array.from({ length: 1_001 }, () => 'a.b.c') }), 413, 'too-many-readings'],
      ['more than 1 MiB', JSON.stringify({ readings: ['A'.repeat(1_048_576)] }), 413, 'body-too-large'],
    ])('refuses %s', async (_, body, status, code) => {
      const answer = await ingest.post(body)
      expect(answer.json()).toMatchObject({ type: `/problems/${code}`, status })
      expect(answer.statusCode).toBe(status)
    })

    it.each(['text/plain', 'application/octet-stream', ''])('refuses the content type "%s"', async (contentType) => {
      const answer = await ingest.post('a.b.c', contentType)
      expect(answer.json()).toMatchObject({ type: '/problems/unsupported-media-type', status: 415 })
    })

    it('refuses no body at all', async () => {
      expect((await ingest.app.inject({ method: 'POST', url: '/v1/readings' })).json()).toMatchObject({ status: 415 })
      expect((await ingest.app.inject({ method: 'POST', url: '/v1/readings', headers: { 'content-type': 'application/jose' } })).json()).toMatchObject({ status: 400 })
    })
  })

  it('names the place of what is wrong', async () => {
    const { issues } = (await ingest.post({ readings: ['a.b.c', 7] })).json()
    expect(issues).toEqual([{ field: '#/readings/1', message: 'must be a string: a compact JWS' }])
  })
})
