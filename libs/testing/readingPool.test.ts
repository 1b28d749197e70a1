import { encodeBase64url, generateDeviceKey, parseReading, verifyJws } from '@brume/envelope'
import { leafHash } from '@brume/merkle'
import { describe, expect, it } from 'vitest'
import { ReadingPool, samplePayload } from './readingPool.ts'

const [chain, device] = ['0199c0de-0000-7000-8000-0000000000c1', '0199c0de-0000-7000-8000-0000000000d1']

describe('readings signed in advance', () => {
  it('are what a device would have signed', async () => {
    const { publicJwk, privateJwk } = await generateDeviceKey('EdDSA')
    const readings = new ReadingPool({ chain, device, keyNumber: 2, privateJwk }).take(3, samplePayload, 1_700_000_000)
    let before: string | undefined
    for (const [at, reading] of readings.entries()) {
      const parsed = parseReading(Buffer.from(reading.envelope))
      if (!parsed.ok) throw new Error(parsed.refusal.detail)
      const { header, bytes } = parsed.envelope
      expect(header).toMatchObject({ kid: `${device}#2`, seq: at, iat: 1_700_000_000 })
      expect(header.prv).toBe(before)
      expect(reading.leafHash).toBe(encodeBase64url(leafHash(bytes)))
      expect(await verifyJws(parsed.envelope, publicJwk)).toBe(true)
      before = reading.leafHash
    }
  })

  it('have payloads of the size that was asked for, each its own', () => {
    expect([0, 1, 999].map((at) => samplePayload(at, 150).length)).toEqual([150, 150, 150])
    expect(Buffer.from(samplePayload(1)).equals(samplePayload(2))).toBe(false)
  })
})
