import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { codeOf, taken, valueOf } from './device.fixture.ts'
import { encodeBase64url, envelopeRefusalCodes, parseEntry, parsePublicJwk, parseReading, verifyJws } from './index.ts'
import { acceptedVectors, refusedBytes, refusedVectors } from './vectors.fixture.ts'

const ascii = new TextEncoder()

describe('accepted vectors', () => {
  it.each(acceptedVectors.vectors)('reads $name', async ({ envelope: text, key, expected }) => {
    const bytes = ascii.encode(text)
    const envelope = taken(parseEntry(bytes))
    const own = envelope.typ === 'brume-reading' ? { seq: envelope.seq, epoch: envelope.epoch } : { jti: envelope.jti }
    const leafHash = createHash('sha256').update(Uint8Array.of(0)).update(envelope.bytes).digest('base64url')
    expect({ typ: envelope.typ, kid: envelope.header.kid, chain: envelope.chain, ...own, payload: encodeBase64url(envelope.payload), leafHash }).toEqual(expected)
    expect(new TextDecoder().decode(envelope.signingInput)).toBe(text.slice(0, text.lastIndexOf('.')))
    expect(await verifyJws(envelope, valueOf(parsePublicJwk(acceptedVectors.keys[key])).jwk)).toBe(true)
  })

  it.each(acceptedVectors.vectors)('takes $name at ingest only if it is a reading', ({ envelope, expected }) => {
    expect(codeOf(parseReading(ascii.encode(envelope)))).toBe(expected.typ === 'brume-reading' ? 'accepted' : 'wrong-typ')
  })
})

describe('refused vectors', () => {
  it.each(refusedVectors)('refuses $code: $name', (vector) => {
    expect(codeOf(parseEntry(refusedBytes(vector)))).toBe(vector.code)
  })

  it('cover every refusal code', () => {
    expect(new Set(refusedVectors.map(({ code }) => code))).toEqual(new Set(envelopeRefusalCodes))
  })
})
