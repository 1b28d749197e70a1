import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeBase64url, encodeBase64url, isCanonicalBase64url } from './index.ts'

describe('base64url', () => {
  it('writes what Node writes and reads it back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(encodeBase64url(bytes)).toBe(Buffer.from(bytes).toString('base64url'))
        expect(decodeBase64url(encodeBase64url(bytes))).toEqual(bytes)
      }),
    )
  })

  it('has one spelling per byte string: whatever it reads, it writes the same', () => {
    const nearly = fc.stringMatching(/^[A-Za-z0-9_+/= -]{0,9}$/)
    fc.assert(
      fc.property(nearly, (text) => {
        const bytes = decodeBase64url(text)
        expect(bytes === undefined ? undefined : encodeBase64url(bytes)).toBe(isCanonicalBase64url(text) ? text : undefined)
        expect(isCanonicalBase64url(text)).toBe(Buffer.from(text, 'base64url').toString('base64url') === text)
      }),
      { numRuns: 2_000 },
    )
  })

  it('encodes more bytes than one call takes arguments', () => {
    const bytes = new Uint8Array(1_000_000).fill(0xfb)
    expect(encodeBase64url(bytes)).toBe(Buffer.from(bytes).toString('base64url'))
  })
})
