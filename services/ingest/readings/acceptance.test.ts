import { hash } from 'node:crypto'
import { parsePromise, parsePublicJwk, verifyPromise } from '@brume/envelope'
import { KEYS } from '@brume/event-log'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chainState, newDevice, reading, TestIngest, type TestDevice } from '../ingest.fixture.ts'

function leafHashOf(envelope: string): string {
  return hash('sha256', Buffer.concat([Uint8Array.of(0), Buffer.from(envelope)]), 'buffer').toString('base64url')
}

/** The second signature of the same input: ECDSA is randomised. */
function signingInputOf(envelope: string): string {
  return envelope.slice(0, envelope.lastIndexOf('.'))
}

describe('accepting readings', () => {
  let ingest: TestIngest
  let ed25519: TestDevice
  let p256: TestDevice
  const chain = chainState()
  const otherChain = chainState({ partition: 2 })

  beforeAll(async () => {
    ingest = await TestIngest.start()
    ed25519 = await newDevice()
    p256 = await newDevice('ES256')
    await ingest.provide(chain, ed25519, p256)
    await ingest.provide(otherChain, ed25519)
  })
  afterAll(() => ingest.stop())

  async function readPromise(text: string) {
    const promise = parsePromise(Buffer.from(text))
    if (!promise.ok) throw new Error(promise.refusal.detail)
    const [record] = await ingest.log.readFrom(KEYS, 0, 0, 10)
    const { data } = JSON.parse(Buffer.from(record?.value ?? []).toString())
    const key = parsePublicJwk(data.jwk)
    if (!key.ok) throw new Error(key.refusal.detail)
    expect(promise.value.jws.header.kid).toBe(data.kid)
    expect(data.use).toBe('promise')
    expect(await verifyPromise(promise.value, key.value.jwk)).toBe(true)
    return promise.value
  }

  it.each([['EdDSA'], ['ES256']] as const)('accepts one reading signed with %s, and promises it with the published key', async (alg) => {
    const envelope = await reading(alg === 'EdDSA' ? ed25519 : p256, chain.id, 1)
    const answer = await ingest.postOne(envelope)
    expect(answer.statusCode).toBe(202)
    const body = answer.json()
    expect(body).toMatchObject({ leafHash: leafHashOf(envelope), chain: chain.id })
    const { origin, leafHashes, acceptedAt, anchorBy } = await readPromise(body.promise)
    expect({ origin, leafHashes, acceptedAt, anchorBy }).toEqual({ origin: chain.origin, leafHashes: [body.leafHash], acceptedAt: body.acceptedAt, anchorBy: body.anchorBy })
    expect(Date.parse(anchorBy) - Date.parse(acceptedAt)).toBe(12_000)
    const stored = (await ingest.entries()).find(({ value }) => Buffer.from(value).toString() === envelope)
    expect(stored).toMatchObject({ key: chain.id, timeMs: Date.parse(acceptedAt) })
  })

  it('answers each reading of a batch, with one promise for each chain', async () => {
    const envelopes = [await reading(ed25519, chain.id, 100), 'rubbish', await reading(ed25519, otherChain.id, 100), await reading(ed25519, chain.id, 101)]
    const answer = await ingest.post({ readings: envelopes })
    expect(answer.statusCode).toBe(202)
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8')
    const { results, promises } = answer.json()
    expect(results).toEqual([
      { status: 202, leafHash: leafHashOf(envelopes[0] ?? ''), promise: 0 },
      { status: 400, problem: { type: '/problems/malformed-envelope', title: 'This is not a reading that Brume takes', status: 400, refusal: 'not-compact-jws', detail: 'An envelope is three parts joined by two dots, none of them empty.' } },
      { status: 202, leafHash: leafHashOf(envelopes[2] ?? ''), promise: 1 },
      { status: 202, leafHash: leafHashOf(envelopes[3] ?? ''), promise: 0 },
    ])
    const [first, second] = await Promise.all(promises.map(readPromise))
    expect(first.leafHashes).toEqual([results[0].leafHash, results[3].leafHash])
    expect([first.origin, second.origin]).toEqual([chain.origin, otherChain.origin])
    expect((await ingest.entries(2)).map(({ value }) => Buffer.from(value).toString())).toEqual([envelopes[2]])
  })

  it('takes 1,000 readings in one request, under one promise', async () => {
    const envelopes = await Promise.all(Array.from({ length: 1_000 }, (_, i) => reading(ed25519, chain.id, 10_000 + i)))
    const { results, promises } = (await ingest.post({ readings: envelopes })).json()
    expect(results.every(({ status }: { status: number }) => status === 202)).toBe(true)
    expect((await readPromise(promises[0])).leafHashes).toEqual(envelopes.map(leafHashOf))
    expect(promises).toHaveLength(1)
  })

  it('says where the time went', async () => {
    const answer = await ingest.postOne(await reading(ed25519, chain.id, 200))
    expect(answer.headers['server-timing']).toMatch(/^parse;dur=[\d.]+, verify;dur=[\d.]+, append;dur=[\d.]+, promise;dur=[\d.]+, total;dur=[\d.]+$/)
    const metrics = (await ingest.app.inject('/metrics')).body
    expect(metrics).toMatch(/brume_accept_readings_total\{outcome="accepted"\} \d+/)
    expect(metrics).toMatch(/brume_append_durable_seconds_count \d+/)
  })

  describe('the same reading again', () => {
    const repeats = async (envelope: string, send: () => Promise<string[]>): Promise<void> => {
      const before = (await ingest.entries()).length
      expect(new Set(await send())).toEqual(new Set([leafHashOf(envelope)]))
      expect((await ingest.entries()).length - before).toBe(1)
    }
    const sendOne = async (envelope: string): Promise<string> => (await ingest.postOne(envelope)).json().leafHash

    it('has its first leaf hash and promise when it is sent later', async () => {
      const envelope = await reading(ed25519, chain.id, 300)
      const [first, second] = [await ingest.postOne(envelope), await ingest.postOne(envelope)]
      expect(second.statusCode).toBe(202)
      expect(second.json()).toEqual(first.json())
    })

    it('is appended once when it is sent twice at once', async () => {
      const envelope = await reading(ed25519, chain.id, 301)
      await repeats(envelope, () => Promise.all([sendOne(envelope), sendOne(envelope), sendOne(envelope)]))
    })

    it('is appended once when it stands twice in a batch', async () => {
      const envelope = await reading(ed25519, chain.id, 302)
      await repeats(envelope, async () => (await ingest.post({ readings: [envelope, envelope] })).json().results.map(({ leafHash }: { leafHash: string }) => leafHash))
    })

    it('has its first leaf hash also under a second valid signature', async () => {
      const [one, other] = [await reading(p256, chain.id, 303), await reading(p256, chain.id, 303)]
      expect(signingInputOf(one)).toBe(signingInputOf(other))
      expect(one).not.toBe(other)
      await repeats(one, async () => [await sendOne(one), await sendOne(other)])
    })

    it('must carry a signature that holds', async () => {
      const envelope = await reading(ed25519, chain.id, 304)
      await ingest.postOne(envelope)
      const forged = await reading(ed25519, chain.id, 305)
      const answer = await ingest.postOne(`${signingInputOf(envelope)}.${forged.slice(forged.lastIndexOf('.') + 1)}`)
      expect(answer.json()).toMatchObject({ type: '/problems/invalid-signature', status: 403 })
    })
  })

  describe('another reading under the same seq', () => {
    it('is refused without a promise, naming the first', async () => {
      const [warm, cold] = [await reading(ed25519, chain.id, 400, { payload: 'warm' }), await reading(ed25519, chain.id, 400, { payload: 'cold' })]
      await ingest.postOne(warm)
      const answer = await ingest.postOne(cold)
      expect(answer.json()).toMatchObject({ type: '/problems/equivocation', status: 409, firstLeafHash: leafHashOf(warm) })
      expect(answer.json()).not.toHaveProperty('promise')
    })

    it('is refused within one batch', async () => {
      const [warm, cold] = [await reading(ed25519, chain.id, 401, { payload: 'warm' }), await reading(ed25519, chain.id, 401, { payload: 'cold' })]
      const { results } = (await ingest.post({ readings: [warm, cold] })).json()
      expect(results).toMatchObject([{ status: 202 }, { status: 409, problem: { type: '/problems/equivocation', firstLeafHash: leafHashOf(warm) } }])
    })

    it('is refused when both arrive at once', async () => {
      const envelopes = [await reading(ed25519, chain.id, 402, { payload: 'warm' }), await reading(ed25519, chain.id, 402, { payload: 'cold' })]
      const answers = await Promise.all(envelopes.map((envelope) => ingest.postOne(envelope)))
      expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([202, 409])
    })

    it('is another reading in another epoch, on another chain or by another device', async () => {
      const envelopes = [await reading(ed25519, chain.id, 403), await reading(ed25519, chain.id, 403, { epoch: 1 }), await reading(ed25519, otherChain.id, 403), await reading(p256, chain.id, 403)]
      const { results } = (await ingest.post({ readings: envelopes })).json()
      expect(results.map(({ status }: { status: number }) => status)).toEqual([202, 202, 202, 202])
      expect(new Set(results.map(({ leafHash }: { leafHash: string }) => leafHash)).size).toBe(4)
    })
  })

  it('keeps the bytes as they were signed', async () => {
    const envelope = await reading(ed25519, chain.id, 500, { epoch: 3, prv: 'A'.repeat(43) })
    await ingest.postOne(envelope)
    const last = (await ingest.entries()).at(-1)
    expect(Buffer.from(last?.value ?? []).toString()).toBe(envelope)
  })
})
