import { describe, expect, it } from 'vitest'
import { senmlPack, type Measurement, type PackBase } from './senml.ts'

const text = (base: PackBase, ...measurements: [Measurement, ...Measurement[]]): string => new TextDecoder().decode(senmlPack(base, measurements))

describe('a SenML pack', () => {
  it('carries the base in its first record', () => {
    expect(text({ bn: 'urn:uuid:1:', bt: 10 }, { n: 'temperature', u: 'Cel', v: 20.5 }, { n: 'wind', u: 'm/s', v: 3, t: 60 })).toMatchInlineSnapshot(
      `"[{"bn":"urn:uuid:1:","bt":10,"n":"temperature","u":"Cel","v":20.5},{"n":"wind","u":"m/s","v":3,"t":60}]"`,
    )
  })

  it('may carry a sum alone, or beside a value', () => {
    expect(text({}, { n: 'energy', u: 'J', s: 5 })).toBe('[{"n":"energy","u":"J","s":5}]')
    expect(text({}, { n: 'energy', u: 'J', v: 1, s: 5 })).toBe('[{"n":"energy","u":"J","v":1,"s":5}]')
  })

  it.each<[string, PackBase, Measurement]>([
    ['no name', {}, { v: 1 }],
    ['a name with a blank', {}, { n: 'a b', v: 1 }],
    ['a name that begins with a mark', {}, { n: ':a', v: 1 }],
    ['no value', {}, { n: 'a' }],
    ['two values', {}, { n: 'a', v: 1, vs: 'x' }],
    ['a number that JSON cannot write', {}, { n: 'a', v: Number.NaN }],
    ['a base time without end', { bt: Number.POSITIVE_INFINITY }, { n: 'a', v: 1 }],
  ])('is refused with %s', (_why, base, measurement) => {
    expect(() => senmlPack(base, [measurement])).toThrow(expect.objectContaining({ name: 'SenmlError' }))
  })
})
