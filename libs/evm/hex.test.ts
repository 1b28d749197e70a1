import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytesToHex, hexToBytes, MalformedError, quantityFromHex } from './index.ts'

describe('hex', () => {
  it('gives back the bytes that it wrote', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(hexToBytes(bytesToHex(bytes))).toEqual(bytes)
      }),
    )
  })

  it('reads the upper case of a checksummed address', () => {
    expect(hexToBytes('0xAbCd')).toEqual(Uint8Array.of(0xab, 0xcd))
  })

  it.each(['', '0', 'ab', '0X00', '0x0', '0x0g', '0x 0', '0x00\n', ' 0x00', '0x00é'])('refuses %j as bytes', (text) => {
    expect(() => hexToBytes(text)).toThrow(MalformedError)
  })

  it('reads every quantity that JSON-RPC writes', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 256n }), (value) => {
        expect(quantityFromHex(`0x${value.toString(16)}`)).toBe(value)
      }),
    )
  })

  it.each(['', '0x', '0', '0x00', '0x01', '0xA', '-0x1', '0x1 ', '1'])('refuses %j as a quantity', (text) => {
    expect(() => quantityFromHex(text)).toThrow(MalformedError)
  })
})
