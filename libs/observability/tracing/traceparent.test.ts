import { describe, expect, it } from 'vitest'
import { isSampled, spanContextOf, traceOf, traceparentText, wellFormedTraceparent } from './traceparent.ts'

const trace = '0af7651916cd43dd8448eb211c80319c'
const span = 'b7ad6b7169203331'

describe('a traceparent', () => {
  it('that is well-formed is passed on byte for byte, also of a later version', () => {
    for (const text of [`00-${trace}-${span}-01`, `00-${trace}-${span}-00`, `01-${trace}-${span}-03-what-comes`]) expect(wellFormedTraceparent(text)).toBe(text)
  })

  it.each([
    '', 'nonsense', `00-${trace}-${span}`, `00-${trace}-${span}-01-more`, `ff-${trace}-${span}-01`, `00-${'0'.repeat(32)}-${span}-01`, `00-${trace}-${'0'.repeat(16)}-01`,
    `00-${trace.toUpperCase()}-${span}-01`, ` 00-${trace}-${span}-01`, `00-${trace}-${span}-01\n`, `01-${trace}-${span}-01-${'x'.repeat(200)}`,
  ])('that is malformed counts as absent: %j', (text) => {
    expect(wellFormedTraceparent(text)).toBeUndefined()
    expect(traceOf({ traceparent: text })).toBeUndefined()
  })

  it('is read as the specification has it', () => {
    expect(spanContextOf(`00-${trace}-${span}-01`)).toEqual({ traceId: trace, spanId: span, traceFlags: 1, isRemote: true })
    expect(traceparentText({ traceId: trace, spanId: span, traceFlags: 1 })).toBe(`00-${trace}-${span}-01`)
    expect(traceOf(undefined)).toBeUndefined()
    expect(traceOf({ traceparent: `00-${trace}-${span}-01` })).toBe(`00-${trace}-${span}-01`)
  })

  it('is sampled only where its flag says so', () => {
    expect(['01', '00', '03', '02'].map((flags) => isSampled(`00-${trace}-${span}-${flags}`))).toEqual([true, false, true, false])
    expect([undefined, 'nonsense'].map(isSampled)).toEqual([false, false])
  })
})
