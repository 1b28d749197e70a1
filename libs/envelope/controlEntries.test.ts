import { describe, expect, it } from 'vitest'
import { chain, codeOf, device, iat, newKey, taken, valueOf } from './device.fixture.ts'
import type { ControlPayload } from './index.ts'
import { ControlEnvelope, makeBindingRequest, parseControlPayload, parseEntry, signControlEntry, signJws, verifyJws } from './index.ts'

const header = { chain, iat, jti: '0199c0de-0000-7000-8000-0000000000e1' }
const platform = await newKey('platform#1')
const { jwk, signer } = await newKey(`${device}#1`)
const request = new TextDecoder().decode(await makeBindingRequest({ chain, iat, jwk }, signer))

const payloads: ControlPayload[] = [
  { typ: 'brume-binding', device, keyNumber: 1, jwk, request },
  { typ: 'brume-key', device, keyNumber: 2, jwk, possession: request, endorsement: request, lost: false },
  { typ: 'brume-key', device, keyNumber: 2, jwk, possession: request, lost: true },
  { typ: 'brume-device-status', device, status: 'revoked' },
]

async function entry(typ: string, payload: object): Promise<ControlEnvelope> {
  const bytes = await signJws({ typ, ...header }, new TextEncoder().encode(JSON.stringify(payload)), platform.signer)
  const envelope = taken(parseEntry(bytes))
  if (!(envelope instanceof ControlEnvelope)) throw new Error('not a control entry')
  return envelope
}

describe('a control entry', () => {
  it.each(payloads)('says what the platform signed: $typ', async (payload) => {
    const envelope = taken(parseEntry(await signControlEntry(header, payload, platform.signer)))
    if (envelope.typ === 'brume-reading') throw new Error('a reading')
    expect(valueOf(parseControlPayload(envelope))).toEqual(payload)
    expect(envelope).toMatchObject({ typ: payload.typ, chain, jti: header.jti, signer: { kind: 'platform', keyNumber: 1 } })
    expect(await verifyJws(envelope, platform.jwk)).toBe(true)
  })

  it('of the same content is the same bytes', async () => {
    const [payload = { typ: 'brume-device-status', device, status: 'active' }] = payloads
    expect(await signControlEntry(header, payload, platform.signer)).toEqual(await signControlEntry(header, payload, platform.signer))
  })

  it('is not signed by a device', async () => {
    await expect(signControlEntry(header, { typ: 'brume-device-status', device, status: 'active' }, signer)).rejects.toThrow('bad-kid')
  })

  it.each([
    ['brume-device-status', { device, status: 'gone' }],
    ['brume-device-status', { device: device.toUpperCase(), status: 'active' }],
    ['brume-device-status', { device, status: 'active', until: 1 }],
    ['brume-binding', { device, keyNumber: 0, jwk, request }],
    ['brume-binding', { device, keyNumber: 1.5, jwk, request }],
    ['brume-binding', { device, keyNumber: 1, jwk, request: 'x' }],
    ['brume-binding', { device, keyNumber: 1, jwk }],
    ['brume-key', { device, keyNumber: 2, jwk, possession: request, endorsement: request, lost: true }],
    ['brume-key', { device, keyNumber: 2, jwk, possession: request, lost: false }],
    ['brume-key', { device, keyNumber: 2, jwk, possession: request, lost: 1 }],
    ['brume-key', { device, keyNumber: 2, jwk, possession: 7, lost: true }],
  ])('with a malformed payload is refused: %s %j', async (typ, payload) => {
    expect(codeOf(parseControlPayload(await entry(typ, payload)))).toBe('bad-payload')
  })

  it('with a malformed key is refused', async () => {
    expect(codeOf(parseControlPayload(await entry('brume-binding', { device, keyNumber: 1, jwk: { ...jwk, x: 'AA' }, request })))).toBe('bad-jwk')
  })
})
