import { describe, expect, it } from 'vitest'
import { parsedKey } from './keys.fixture.ts'
import { notes } from './vectors.fixture.ts'
import { formatVerifierKey, parseVerifierKey, verifierKey } from './verifierKey.ts'

describe('verifier keys', () => {
  it.each(notes.accepted)('reads and writes $vkey', ({ vkey }) => {
    expect(formatVerifierKey(parsedKey(vkey))).toBe(vkey)
  })

  it.each(notes.refusedVerifierKeys)('refuses one: $why', ({ vkey, problem }) => {
    expect(parseVerifierKey(vkey)).toEqual({ ok: false, problem })
  })

  it('refuses every part of one, and every one with a character changed', () => {
    const vkey = notes.signing.vkey
    for (let from = 0; from < vkey.length; from++) {
      for (let to = from; to <= vkey.length; to++) if (to - from < vkey.length) expect(parseVerifierKey(vkey.slice(from, to)).ok).toBe(false)
      const next = String.fromCharCode(vkey.charCodeAt(from) + 1)
      expect(parseVerifierKey(vkey.slice(0, from) + next + vkey.slice(from + 1)).ok).toBe(false)
    }
  })

  it.each(['', 'a b', 'a+b', 'a\u2003b', 'a\nb', 'a\u0000b', '\ud800'])('have no name such as %j', (name) => {
    expect(() => verifierKey(name, new Uint8Array(32))).toThrow(expect.objectContaining({ code: 'key-name' }))
  })

  it.each([31, 33])('have no %i bytes', (length) => {
    expect(() => verifierKey('example.com/foo', new Uint8Array(length))).toThrow(expect.objectContaining({ code: 'key-length' }))
  })
})
