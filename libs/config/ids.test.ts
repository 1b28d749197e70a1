import { describe, expect, it } from 'vitest'
import { isUuidv7, uuidv7Ids } from './ids.ts'

const zeros = (lengthBytes: number): Uint8Array => new Uint8Array(lengthBytes)
const ones = (lengthBytes: number): Uint8Array => new Uint8Array(lengthBytes).fill(0xff)

describe('uuidv7Ids', () => {
  it('lays out time, version, sequence and random bits as RFC 9562 appendix A.6 shows', () => {
    // The appendix has 7cc3; the first random bit is cleared here, because uuidv7Ids keeps it free for counting up.
    const random = (): Uint8Array => Uint8Array.from(Buffer.from('0000000000004c363137dc0c0c07398f', 'hex'))
    expect(uuidv7Ids({ now: () => 0x017f22e279b0 }, random)()).toBe('017f22e2-79b0-74c3-98c4-dc0c0c07398f')
  })

  it('rises within one millisecond and when the clock is set back', () => {
    let now = 1_000_000
    const newId = uuidv7Ids({ now: () => now }, zeros)
    const ids = [newId(), newId(), newId()]
    now = 500
    ids.push(newId(), newId())
    expect([...ids].sort()).toEqual(ids)
    expect(new Set(ids).size).toBe(5)
  })

  it('rises for 1,000,000 ids from the highest random start', () => {
    const newId = uuidv7Ids({ now: () => 7 }, ones)
    let last = ''
    for (let n = 0; n < 1_000_000; n += 1) {
      const id = newId()
      if (id <= last) expect.fail(`${id} after ${last}`)
      last = id
    }
  })

  it('differs between two generators of the same moment', () => {
    const clock = { now: () => 7 }
    expect(uuidv7Ids(clock)()).not.toBe(uuidv7Ids(clock)())
  })
})

describe('isUuidv7', () => {
  it.each(['', '017F22E2-79B0-7CC3-98C4-DC0C0C07398F', '017f22e2-79b0-4cc3-98c4-dc0c0c07398f', '017f22e279b07cc398c4dc0c0c07398f'])('refuses %j', (text) => {
    expect(isUuidv7(text)).toBe(false)
  })

  it('accepts the example of RFC 9562', () => {
    expect(isUuidv7('017f22e2-79b0-7cc3-98c4-dc0c0c07398f')).toBe(true)
  })
})
