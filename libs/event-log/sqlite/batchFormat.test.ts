import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { StoredRecord } from '../eventLog.ts'
import { packRecords, unpackRecords } from './batchFormat.ts'

const text = fc.string({ unit: 'grapheme', maxLength: 40 })
const record = fc.record({ key: text, value: fc.uint8Array({ maxLength: 300 }), headers: fc.dictionary(text, text, { maxKeys: 3, noNullPrototype: true }) }, { requiredKeys: ['key', 'value'] })

it('gives back every record as it was, with its offset and time', () => {
  fc.assert(fc.property(fc.array(record, { minLength: 1, maxLength: 20 }), fc.nat(1_000), (records, firstOffset) => {
    const read: StoredRecord[] = []
    unpackRecords({ firstOffset, timeMs: 7, body: packRecords(records) }, 0, 100, read)
    expect(read.map(({ value, ...rest }) => ({ ...rest, value: new Uint8Array(value) }))).toEqual(records.map((one, i) => ({ ...one, offset: firstOffset + i, timeMs: 7 })))
  }))
})

it('gives the middle of a batch when it is asked for that', () => {
  const body = packRecords(Array.from({ length: 10 }, (_, i) => ({ key: 'k', value: Uint8Array.of(i) })))
  const read: StoredRecord[] = []
  unpackRecords({ firstOffset: 100, timeMs: 7, body }, 104, 3, read)
  expect(read.map(({ offset, value }) => [offset, value[0]])).toEqual([[104, 4], [105, 5], [106, 6]])
})

it('refuses a key that its length field cannot hold', () => {
  const value = new Uint8Array(1)
  expect(() => packRecords([{ key: 'k'.repeat(65_536), value }])).toThrow('longer than 65,535 bytes')
  expect(() => packRecords([{ key: 'k', value, headers: { h: 'x'.repeat(65_536) } }])).toThrow('longer than 65,535 bytes')
})
