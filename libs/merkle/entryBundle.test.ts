import fc from 'fast-check'
import { expect, it } from 'vitest'
import { decodeEntryBundle, encodeEntryBundle, MAX_ENTRY_BYTES } from './entryBundle.ts'

const anEntry = fc.uint8Array({ maxLength: 300 })

it('gives back the entries that were put in', () => {
  fc.assert(
    fc.property(fc.array(anEntry, { minLength: 1, maxLength: 256 }), (entries) => {
      expect(decodeEntryBundle(encodeEntryBundle(entries))).toEqual({ ok: true, value: entries })
    }),
    { numRuns: 50 },
  )
})

it('writes the length as a big-endian uint16', () => {
  expect(encodeEntryBundle([Uint8Array.of(7, 8), new Uint8Array(0)])).toEqual(Uint8Array.of(0, 2, 7, 8, 0, 0))
  expect(encodeEntryBundle([new Uint8Array(0x0102)]).slice(0, 2)).toEqual(Uint8Array.of(1, 2))
})

it('holds an entry of 65,535 bytes and none of 65,536', () => {
  const longest = new Uint8Array(MAX_ENTRY_BYTES).fill(9)
  expect(decodeEntryBundle(encodeEntryBundle([longest]))).toEqual({ ok: true, value: [longest] })
  expect(() => encodeEntryBundle([new Uint8Array(MAX_ENTRY_BYTES + 1)])).toThrow(expect.objectContaining({ code: 'entry-too-long' }))
})

it.each([0, 257])('is not made of %i entries', (width) => {
  expect(() => encodeEntryBundle(Array.from({ length: width }, () => new Uint8Array(1)))).toThrow(expect.objectContaining({ code: 'bundle-width' }))
})

it('refuses a bundle cut anywhere but between entries', () => {
  const bundle = encodeEntryBundle([Uint8Array.of(1, 2, 3), Uint8Array.of(4)])
  const problems = Array.from({ length: bundle.length }, (_, length) => decodeEntryBundle(bundle.subarray(0, length))).map((cut) => (cut.ok ? cut.value.length : cut.problem))
  expect(problems).toEqual(['bundle-empty', 'bundle-truncated', 'bundle-truncated', 'bundle-truncated', 'bundle-truncated', 1, 'bundle-truncated', 'bundle-truncated'])
})

it('refuses more than 256 entries', () => {
  expect(decodeEntryBundle(new Uint8Array(2 * 257))).toEqual({ ok: false, problem: 'bundle-too-wide' })
  expect(decodeEntryBundle(new Uint8Array(2 * 256))).toMatchObject({ ok: true })
})
