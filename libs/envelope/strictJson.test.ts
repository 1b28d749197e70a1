import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseStrictJson, parseStrictJsonBytes } from './strictJson.ts'

describe('strict JSON', () => {
  it('reads every object that JSON.stringify writes, however it is indented', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.nat(3), (object, indent) => {
        const text = JSON.stringify(object, null, indent)
        expect(parseStrictJson(text)).toMatchObject({ ok: true, object: { members: JSON.parse(text) } })
      }),
    )
  })

  it('sees a duplicate at any depth, behind white space, brackets and escapes', () => {
    const depths = fc.array(fc.constantFrom('{"o":', '[', '[0,{"}":"]\\"{",":":'), { maxLength: 5 })
    fc.assert(
      fc.property(depths, fc.constantFrom('a', '\\u0061'), (opening, name) => {
        const closing = opening.map((part) => (part === '[' ? ']' : part.startsWith('[') ? '}]' : '}')).reverse()
        const text = `{"x": ${opening.join('')}{"a" :1, "${name}":[]}${closing.join('')}}`
        expect(parseStrictJson(text)).toEqual({ ok: false, why: 'duplicate', member: 'a' })
      }),
    )
  })

  it('lets the same name stand in different objects', () => {
    expect(parseStrictJson('{"a":{"a":1},"b":[{"a":1},{"a":2}], "c":"a"}').ok).toBe(true)
  })

  it('does not overflow the stack on deep nesting', () => {
    const depth = 30_000
    expect(parseStrictJson(`{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`).ok).toBe(true)
  })

  it('knows how numbers were written', () => {
    const read = parseStrictJson('{"a": 1.0, "b": 12, "c": {"a": 3}, "d": "4", "e": -0}')
    expect(read.ok && read.object.numberTexts?.get('a')).toBe('1.0')
    expect(read.ok && read.object.numberTexts?.get('b')).toBe('12')
    expect(read.ok && read.object.numberTexts?.get('d')).toBeUndefined()
    expect(read.ok && read.object.numberTexts?.get('e')).toBe('-0')
  })

  it('refuses bytes that are not UTF-8', () => {
    expect(parseStrictJsonBytes(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d))).toEqual({ ok: false, why: 'not-json' })
  })
})
