import { createHash } from 'node:crypto'
import * as jose from 'jose'
import { describe, expect, it } from 'vitest'
import { chain, codeOf, device, newKey, valueOf } from './device.fixture.ts'
import { makePromise, parsePromise, signJws, verifyPromise } from './index.ts'

const leafHashes = Array.from({ length: 1_000 }, (_, n) => createHash('sha256').update(String(n)).digest('base64url'))
const content = { origin: `brume.local/chains/${chain}`, leafHashes, acceptedAt: '2026-11-21T14:00:00.000Z', anchorBy: '2026-11-21T14:01:10.000Z' }
const ingest = await newKey('ingest#1')

async function promiseOf(payload: object, signer = ingest.signer) {
  return parsePromise(await signJws({ typ: 'brume-promise' }, new TextEncoder().encode(JSON.stringify(payload)), signer))
}

describe('a promise', () => {
  it('covers a request of 1,000 readings with one signature, which jose verifies too', async () => {
    const bytes = await makePromise(content, ingest.signer)
    const promise = valueOf(parsePromise(bytes))
    expect(promise).toMatchObject(content)
    expect(await verifyPromise(promise, ingest.jwk)).toBe(true)
    expect(await verifyPromise(promise, (await newKey('ingest#1')).jwk)).toBe(false)
    const read = await jose.compactVerify(bytes, await jose.importJWK({ ...ingest.jwk }, 'EdDSA'))
    expect(JSON.parse(new TextDecoder().decode(read.payload))).toEqual(content)
  })

  it.each([
    { origin: 'https://brume.local/chains/x' },
    { origin: 'a b' },
    { origin: 'a+b' },
    { leafHashes: [] },
    { leafHashes: ['AA'] },
    { acceptedAt: '2026-11-21T14:00:00Z' },
    { acceptedAt: '2026-02-30T14:00:00.000Z' },
    { anchorBy: '2026-11-21T13:59:59.999Z' },
    { more: 1 },
  ])('is refused with %j', async (change) => {
    expect(codeOf(await promiseOf({ ...content, ...change }))).toBe('bad-payload')
  })

  it('is refused when a device signed it, or when it is of another type', async () => {
    const { signer } = await newKey(`${device}#1`)
    expect(codeOf(await promiseOf(content, signer))).toBe('bad-kid')
    expect(codeOf(parsePromise(await signJws({ typ: 'brume-reading' }, new Uint8Array(3), ingest.signer)))).toBe('wrong-typ')
  })
})
