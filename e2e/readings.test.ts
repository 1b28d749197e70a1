import type { ChainResource } from '@brume/client'
import { compactVerify, createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { call, expectItemProblem, expectProblem, get, type Answer } from './http.ts'
import { highS } from './world/simulatedDevice.ts'
import { anchored, boundDevice, deliver, eventually, leafHashText, newTenant, readyChain, type SimulatedDevice, type TenantWorld } from './world/world.ts'

let tenant: TenantWorld
let chain: ChainResource
let device: SimulatedDevice
let p256: SimulatedDevice
let keys: JSONWebKeySet
beforeAll(async () => {
  tenant = await newTenant()
  chain = await readyChain(tenant)
  device = await boundDevice(tenant, chain.id)
  p256 = await boundDevice(tenant, chain.id, 'ES256')
  await deliver([device.reading(chain.id), p256.reading(chain.id)])
  keys = (await get('/.well-known/jwks.json')).json
})

const send = (envelope: string): Promise<Answer> => call('POST', '/v1/readings', { body: { type: 'application/jose', content: envelope } })
const sendAll = (readings: unknown): Promise<Answer> => call('POST', '/v1/readings', { json: { readings } })

interface PromisePayload {
  origin: string
  leafHashes: string[]
  acceptedAt: string
  anchorBy: string
}

/** With jose and the published keys only. */
async function openPromise(jws: string): Promise<PromisePayload> {
  const { payload, protectedHeader } = await compactVerify(jws, createLocalJWKSet(keys))
  expect(protectedHeader).toMatchObject({ typ: 'brume-promise', kid: expect.stringMatching(/^ingest#\d+$/) })
  return JSON.parse(Buffer.from(payload).toString())
}

describe('one reading', () => {
  it.each(['EdDSA', 'ES256'] as const)('signed with %s is answered with its leaf hash and a signed promise', async (alg) => {
    const envelope = (alg === 'EdDSA' ? device : p256).reading(chain.id)
    const answer = await send(envelope)
    expect(answer.status).toBe(202)
    expect(answer.json).toMatchObject({ leafHash: leafHashText(envelope), chain: chain.id })
    const promise = await openPromise(answer.json.promise)
    expect(promise).toMatchObject({ origin: chain.ledger.origin, leafHashes: [answer.json.leafHash], acceptedAt: answer.json.acceptedAt, anchorBy: answer.json.anchorBy })
    expect(Date.parse(promise.anchorBy) - Date.parse(promise.acceptedAt)).toBe(chain.anchoring.maxDelayMs + chain.anchoring.slackMs)
  })

  it('is anchored when it was promised', async () => {
    const answer = await send(device.reading(chain.id))
    await anchored(chain.id, answer.json.leafHash)
    expect(Date.now()).toBeLessThanOrEqual(Date.parse(answer.json.anchorBy))
    const entry = (await get(`/v1/chains/${chain.id}/readings/${answer.json.leafHash}`)).json
    expect(entry).toMatchObject({ typ: 'brume-reading', device: device.id, flags: [], acceptedAt: answer.json.acceptedAt })
  })

  it('sent again has the first leaf hash again, and is one entry', async () => {
    const envelope = device.reading(chain.id)
    const [first, second] = [await send(envelope), await send(envelope)]
    expect(second.status).toBe(202)
    expect(second.json.leafHash).toBe(first.json.leafHash)
    await anchored(chain.id, first.json.leafHash)
    expect(await timesInLedger(first.json.leafHash)).toBe(1)
  })

  it('says how long the steps took', async () => {
    expect((await send(device.reading(chain.id))).headers.get('server-timing')).toMatch(/^[\w-]+;dur=[\d.]+(, [\w-]+;dur=[\d.]+)+$/)
  })

  it('may skip seqs and come out of order', async () => {
    const late = [device.reading(chain.id, { seq: 1_000_002 }), device.reading(chain.id, { seq: 1_000_000 })]
    await deliver(late)
  })
})

describe('a batch', () => {
  it('has a result for each reading and one promise for all', async () => {
    const envelopes = Array.from({ length: 250 }, () => device.reading(chain.id))
    const answer = await sendAll(envelopes)
    expect(answer.status).toBe(202)
    expect(answer.json.results).toEqual(envelopes.map((envelope) => ({ status: 202, leafHash: leafHashText(envelope), promise: 0 })))
    expect((await openPromise(answer.json.promises[0])).leafHashes.toSorted()).toEqual(envelopes.map(leafHashText).toSorted())
  })

  it('of two chains has a promise for each', async () => {
    const other = await readyChain(tenant, { writeMode: 'direct' })
    const there = await boundDevice(tenant, other.id)
    await deliver([there.reading(other.id)])
    const answer = await sendAll([device.reading(chain.id), there.reading(other.id)])
    const promises = await Promise.all(answer.json.promises.map(openPromise))
    const origins = answer.json.results.map(({ promise }: { promise: number }) => promises[promise].origin)
    expect(origins).toEqual([chain.ledger.origin, other.ledger.origin])
  })

  it('takes the good ones beside the bad ones', async () => {
    const good = device.reading(chain.id)
    const answer = await sendAll([good, 'x', `${device.reading(chain.id)}=`, highS(p256.reading(chain.id)), good])
    expect(answer.status).toBe(202)
    expect(answer.json.results[0]).toEqual({ status: 202, leafHash: leafHashText(good), promise: 0 })
    await expectItemProblem(answer.json.results[1], 400, 'malformed-envelope')
    await expectItemProblem(answer.json.results[2], 400, 'non-canonical-base64url')
    await expectItemProblem(answer.json.results[3], 400, 'malformed-envelope')
    expect(answer.json.results[4]).toMatchObject({ status: 202, leafHash: leafHashText(good) })
  })

  it('of 1,000 readings is taken, of 1,001 refused', async () => {
    const envelopes = Array.from({ length: 1_001 }, () => device.reading(chain.id))
    await expectProblem(await sendAll(envelopes), 413, 'too-many-readings')
    const answer = await sendAll(envelopes.slice(0, 1_000))
    expect(answer.status).toBe(202)
    expect(answer.json.results).toHaveLength(1_000)
  })

  it.each([[{ readings: [] }], [{ readings: 'x' }], [{ readings: [1] }], [{ readings: ['x'], more: 1 }], [{}], [[]], [null]])('is refused as %j', async (json) => {
    await expectProblem(await call('POST', '/v1/readings', { json }), 400, 'invalid-request')
  })

  it('of only bad readings is refused with a result for each', async () => {
    const problem = await expectProblem(await sendAll(['x', 'y.z']), 422, 'no-reading-accepted')
    expect(problem.results).toHaveLength(2)
  })
})

describe('the ledger of readings', () => {
  it('is listed in its order, in pages', async () => {
    const leaves = await deliver([device.reading(chain.id), device.reading(chain.id), device.reading(chain.id)])
    await anchored(chain.id, leaves.at(-1) ?? '')
    const first = await get(`/v1/chains/${chain.id}/readings?limit=2`)
    expect(first.json.items.map(({ index }: { index: number }) => index)).toEqual([0, 1])
    const second = await get(`/v1/chains/${chain.id}/readings?limit=1000&cursor=${first.json.next}`)
    expect(second.json.items[0].index).toBe(2)
    for (const { envelope, leafHash } of second.json.items) expect(leafHashText(envelope)).toBe(leafHash)
    expect(second.json.items.every(({ envelope, typ }: { envelope: string; typ: string }) => decodeProtectedHeader(envelope).typ === typ)).toBe(true)
  })

  it('does not know what it does not have', async () => {
    await expectProblem(await get(`/v1/chains/${chain.id}/readings/${'A'.repeat(43)}`), 404, 'reading-not-found')
    await expectProblem(await get(`/v1/chains/${chain.id}/readings/short`), 400, 'invalid-request')
  })

  it('shows what happened to a device as entries', async () => {
    const subject = await boundDevice(tenant, chain.id)
    await deliver([subject.reading(chain.id)])
    await call('POST', `/v1/devices/${subject.id}/suspend`, { token: tenant.token })
    await eventually(async () => expect((await typesOf(subject.id)).at(-1)).toBe('brume-device-status'))
  })
})

async function allEntries(): Promise<{ leafHash: string; typ: string; envelope: string; index: number }[]> {
  const entries = []
  for (let cursor = ''; ; ) {
    const page = (await get(`/v1/chains/${chain.id}/readings?limit=1000${cursor}`)).json
    entries.push(...page.items)
    if (page.next === null) return entries
    cursor = `&cursor=${page.next}`
  }
}

async function timesInLedger(leaf: string): Promise<number> {
  return (await allEntries()).filter(({ leafHash }) => leafHash === leaf).length
}

/** Of the platform's entries about this device. */
async function typesOf(deviceId: string): Promise<string[]> {
  return (await allEntries()).filter(({ envelope }) => Buffer.from(envelope.split('.')[1] ?? '', 'base64url').includes(deviceId)).map(({ typ }) => typ)
}
