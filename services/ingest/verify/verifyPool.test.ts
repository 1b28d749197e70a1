import { hash } from 'node:crypto'
import { parsePublicJwk, parseReading, type Alg } from '@brume/envelope'
import { describe, expect, it, onTestFinished } from 'vitest'
import { newDevice, newId, reading } from '../ingest.fixture.ts'
import { allocatePack, FAMILY_ED25519, FAMILY_P256, firstEnvelopeAt, packedKeyAt, packReading } from './verifyFormat.ts'
import { VerifyBusy, VerifyInterrupted, VerifyPool } from './verifyPool.ts'

interface ToVerify {
  readonly envelope: string
  readonly key: Uint8Array
  readonly family: number
}

async function signed(alg: Alg, seq = 1): Promise<ToVerify> {
  const device = await newDevice(alg)
  const key = parsePublicJwk(device.jwk)
  if (!key.ok) throw new Error(key.refusal.detail)
  return { envelope: await reading(device, newId(), seq), key: key.value.bytes, family: alg === 'ES256' ? FAMILY_P256 : FAMILY_ED25519 }
}

function pack(all: readonly ToVerify[]): Buffer<ArrayBuffer> {
  const buffer = allocatePack({ readings: all.length, envelopeBytes: all.reduce((sum, { envelope }) => sum + envelope.length, 0) })
  let at = firstEnvelopeAt(all.length)
  for (const [i, { envelope, key, family }] of all.entries()) {
    const parsed = parseReading(Buffer.from(envelope))
    if (!parsed.ok) throw new Error(parsed.refusal.detail)
    buffer.set(key, packedKeyAt(i))
    at = packReading(buffer, i, at, { envelope: parsed.envelope.bytes, signingInputBytes: parsed.envelope.signingInput.length, signature: parsed.envelope.signature, family })
  }
  expect(at).toBe(buffer.length)
  return buffer
}

function openPool(options: Partial<ConstructorParameters<typeof VerifyPool>[0]> = {}): VerifyPool {
  const pool = new VerifyPool({ threads: 1, onCrash: () => undefined, ...options })
  onTestFinished(() => pool.close())
  return pool
}

describe('verify pool', () => {
  it('tells good signatures from bad ones, and hashes what it verified', async () => {
    const all = [await signed('EdDSA'), await signed('ES256'), await signed('Ed25519'), await signed('ES256')]
    const [ed25519, p256] = [await signed('EdDSA'), await signed('ES256')]
    const withWrongKeys = [{ ...ed25519, key: all[0]?.key ?? ed25519.key }, { ...p256, key: all[1]?.key ?? p256.key }]
    const readings = [...all, ...withWrongKeys]
    const verdicts = await openPool().verify(pack(readings))
    expect(readings.map((_, i) => verdicts.holds(i))).toEqual([true, true, true, true, false, false])
    for (const [i, { envelope }] of readings.entries()) {
      const at = verdicts.leafHashAt(i)
      const input = envelope.slice(0, envelope.lastIndexOf('.'))
      expect(verdicts.leafHashText(i)).toBe(hash('sha256', Buffer.from(`\0${envelope}`), 'buffer').toString('base64url'))
      expect(verdicts.bytes.subarray(at + 32, at + 64)).toEqual(hash('sha256', Buffer.from(input), 'buffer'))
    }
  })

  it('gives each request its own answer, over several threads', async () => {
    const pool = openPool({ threads: 2 })
    const [good, other] = [await signed('EdDSA'), await signed('EdDSA')]
    const bad = { ...good, key: other.key }
    const requests = Array.from({ length: 60 }, (_, i) => (i % 3 === 0 ? [bad, good] : [good]))
    const verdicts = await Promise.all(requests.map((request) => pool.verify(pack(request))))
    expect(verdicts.map((verdict) => verdict.holds(0))).toEqual(requests.map((request) => request[0] === good))
  })

  it('refuses what goes beyond its bound, and takes it again when there is room', async () => {
    const reading = await signed('EdDSA')
    const bytes = pack([reading]).length
    const pool = openPool({ maxBytes: 2 * bytes })
    const taken = [pool.verify(pack([reading])), pool.verify(pack([reading]))]
    await expect(pool.verify(pack([reading]))).rejects.toThrow(VerifyBusy)
    expect((await Promise.all(taken)).map((verdicts) => verdicts.holds(0))).toEqual([true, true])
    expect((await pool.verify(pack([reading]))).holds(0)).toBe(true)
  })

  it('tells those who wait when a thread ends, and starts another one', async () => {
    const crashes: Error[] = []
    const reading = await signed('EdDSA')
    const bytes = pack([reading]).length
    const pool = openPool({ maxBytes: bytes, onCrash: (reason) => crashes.push(reason) })
    const waiting = pool.verify(pack([reading]))
    const heard = expect(waiting).rejects.toThrow(VerifyInterrupted)
    await pool.seats[0]?.thread.stop()
    await heard
    expect(crashes).toHaveLength(1)
    expect((await pool.verify(pack([reading]))).holds(0)).toBe(true)
  })

  it('takes nothing after it was closed, and leaves nobody waiting', async () => {
    const reading = await signed('EdDSA')
    const pool = openPool()
    const waiting = [pool.verify(pack([reading])), pool.verify(pack([reading]))]
    const heard = Promise.allSettled(waiting)
    await pool.close()
    await heard
    await expect(pool.verify(pack([reading]))).rejects.toThrow(VerifyInterrupted)
  })
})
