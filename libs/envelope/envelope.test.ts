import fc from 'fast-check'
import * as jose from 'jose'
import { describe, expect, it } from 'vitest'
import { chain, codeOf, device, iat, newKey, payload, taken } from './device.fixture.ts'
import type { Alg, PublicJwk } from './index.ts'
import { MAX_ENVELOPE_BYTES, parseEntry, parseReading, signReading, UnsignableError, verifyJws } from './index.ts'
import { acceptedVectors } from './vectors.fixture.ts'

const kid = `${device}#1`
const algs: Alg[] = ['EdDSA', 'Ed25519', 'ES256']
const ascii = new TextEncoder()

describe('a reading', () => {
  it.each(algs)('that is signed here verifies here and in jose (%s)', async (alg) => {
    const { jwk, signer } = await newKey(kid, alg)
    const bytes = await signReading({ chain, seq: 1, iat, cty: 'application/senml+json' }, payload, signer)
    const envelope = taken(parseReading(bytes))
    expect(await verifyJws(envelope, jwk)).toBe(true)
    const read = await jose.compactVerify(bytes, await jose.importJWK({ ...jwk }, alg), { algorithms: [alg] })
    expect(read.payload).toEqual(payload)
    expect(read.protectedHeader).toEqual({ alg, typ: 'brume-reading', kid, chain, seq: 1, iat, cty: 'application/senml+json' })
  })

  it.each(algs)('that jose signs is accepted (%s)', async (alg) => {
    const { jwk, privateJwk } = await newKey(kid, alg)
    const key = await jose.importJWK({ ...privateJwk }, alg)
    const envelope = taken(parseReading(await firstLowS(() => new jose.CompactSign(payload).setProtectedHeader({ alg, typ: 'brume-reading', kid, chain, seq: 1, iat }).sign(key))))
    expect(envelope).toMatchObject({ typ: 'brume-reading', chain, seq: 1, epoch: 0, signer: { kind: 'device', deviceId: device, keyNumber: 1 } })
    expect(envelope.payload).toEqual(payload)
    expect(await verifyJws(envelope, jwk)).toBe(true)
  })

  it('of ES256 is always signed with a low s', async () => {
    const { signer } = await newKey(kid, 'ES256')
    for (let seq = 0; seq < 40; seq++) expect(codeOf(parseReading(await signReading({ chain, seq, iat }, payload, signer)))).toBe('accepted')
  })

  it('does not verify under another key, nor under a key of another algorithm', async () => {
    const { signer } = await newKey(kid)
    const envelope = taken(parseReading(await signReading({ chain, seq: 1, iat }, payload, signer)))
    expect(await verifyJws(envelope, (await newKey(kid)).jwk)).toBe(false)
    expect(await verifyJws(envelope, (await newKey(kid, 'ES256')).jwk)).toBe(false)
  })

  it('has at most 65,535 bytes, and one of nearly so many is taken', async () => {
    const { signer } = await newKey(kid)
    const overhead = (await signReading({ chain, seq: 1, iat }, new Uint8Array(3), signer)).length - 4
    const largest = await signReading({ chain, seq: 1, iat }, new Uint8Array(Math.floor(((MAX_ENVELOPE_BYTES - overhead) * 3) / 4)), signer)
    expect(largest.length).toBeGreaterThan(MAX_ENVELOPE_BYTES - 4)
    await expect(signReading({ chain, seq: 1, iat }, new Uint8Array(50_000), signer)).rejects.toThrow(UnsignableError)
  })

  it('is not signed when ingest would refuse it', async () => {
    const { signer } = await newKey(kid)
    await expect(signReading({ chain, seq: -1, iat }, payload, signer)).rejects.toThrow('bad-seq')
    await expect(signReading({ chain, seq: 1, iat }, payload, { ...signer, kid: 'platform#1' })).rejects.toThrow('bad-kid')
  })

  it('with any one byte changed is refused or does not verify', async () => {
    const vectors = acceptedVectors.vectors.map(({ envelope, key }) => ({ bytes: ascii.encode(envelope), key: publicKey(key) }))
    const change = fc.record({ vector: fc.constantFrom(...vectors), at: fc.nat(), byte: fc.integer({ min: 1, max: 255 }) })
    await fc.assert(
      fc.asyncProperty(change, async ({ vector, at, byte }) => {
        const bytes = vector.bytes.slice()
        const index = at % bytes.length
        bytes[index] = (bytes[index] ?? 0) ^ byte
        const parsed = parseEntry(bytes)
        expect(parsed.ok && (await verifyJws(parsed.envelope, vector.key))).toBe(false)
      }),
      { numRuns: 3_000 },
    )
  })

  it('with any one base64url character replaced by another is refused or does not verify', async () => {
    const vectors = acceptedVectors.vectors.map(({ envelope, key }) => ({ envelope, key: publicKey(key) }))
    const change = fc.record({ vector: fc.constantFrom(...vectors), at: fc.nat(), by: fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.') })
    await fc.assert(
      fc.asyncProperty(change, async ({ vector: { envelope, key }, at, by }) => {
        const index = at % envelope.length
        fc.pre(envelope.charAt(index) !== by)
        const parsed = parseEntry(ascii.encode(envelope.slice(0, index) + by + envelope.slice(index + 1)))
        expect(parsed.ok && (await verifyJws(parsed.envelope, key))).toBe(false)
      }),
      { numRuns: 3_000 },
    )
  })

  it('never makes the parser throw, whatever the bytes', () => {
    const header = fc.oneof(fc.string({ unit: 'binary' }), fc.json(), fc.jsonValue().map((value) => JSON.stringify({ alg: 'EdDSA', typ: 'brume-reading', kid: value, chain: value })))
    const nearly = header.map((text) => ascii.encode(`${Buffer.from(text).toString('base64url')}.AA.${'A'.repeat(86)}`))
    fc.assert(fc.property(fc.oneof(fc.uint8Array(), nearly), (bytes) => !parseEntry(bytes).ok), { numRuns: 2_000 })
  })
})

function publicKey(name: 'ed25519' | 'p256'): PublicJwk {
  // The keys of the vectors were judged by vectors.test.ts.
  return acceptedVectors.keys[name] as PublicJwk
}

/** jose leaves the sign of s to chance; what it makes with a high s, Brume refuses. */
async function firstLowS(sign: () => Promise<string>): Promise<Uint8Array> {
  for (let tries = 0; tries < 100; tries++) {
    const bytes = ascii.encode(await sign())
    if (codeOf(parseReading(bytes)) !== 'high-s') return bytes
  }
  throw new Error('a hundred high s in a row')
}
