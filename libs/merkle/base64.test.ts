import { describe, expect, it } from 'vitest'
import { fromBase64, toBase64 } from './base64.ts'

describe('base64', () => {
  it('comes back from every length', () => {
    for (let length = 0; length < 70; length++) {
      const bytes = Uint8Array.from({ length }, (_, at) => (at * 37 + length) % 256)
      expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'))
      expect(fromBase64(toBase64(bytes))).toEqual(bytes)
    }
  })

  it.each(['A', 'AA', 'AAA', 'AA=', 'AB==', 'AAB=', ' AAA', 'AAA\n', 'AA==AA==', '====', 'AA-_', 'AAAA='])('refuses %j', (text) => {
    expect(fromBase64(text)).toBeUndefined()
  })
})
