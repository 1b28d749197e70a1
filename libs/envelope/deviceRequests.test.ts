import { describe, expect, it } from 'vitest'
import { chain, codeOf, device, iat, newKey, otherChain, otherDevice, valueOf } from './device.fixture.ts'
import { checkBindingRequest, checkKeyEndorsement, checkKeyPossession, makeBindingRequest, makeKeyEndorsement, makeKeyPossession, signJws } from './index.ts'

describe('a binding request', () => {
  it('holds for the device, key and chain that it names', async () => {
    const { jwk, signer } = await newKey(`${device}#1`, 'ES256')
    const request = await makeBindingRequest({ chain, iat, jwk }, signer)
    expect(valueOf(await checkBindingRequest(request, { chain, device, keyNumber: 1, jwk })).iat).toBe(iat)
  })

  it('is refused for another chain, device, key number or key', async () => {
    const { jwk, signer } = await newKey(`${device}#1`)
    const request = await makeBindingRequest({ chain, iat, jwk }, signer)
    const expected = { chain, device, keyNumber: 1, jwk }
    expect(codeOf(await checkBindingRequest(request, { ...expected, chain: otherChain }))).toBe('other-chain')
    expect(codeOf(await checkBindingRequest(request, { ...expected, device: otherDevice }))).toBe('other-device')
    expect(codeOf(await checkBindingRequest(request, { ...expected, keyNumber: 2 }))).toBe('other-key')
    expect(codeOf(await checkBindingRequest(request, { ...expected, jwk: (await newKey(`${device}#1`)).jwk }))).toBe('other-key')
  })

  it('is refused when a key that the signer does not hold is asked for', async () => {
    const { signer } = await newKey(`${device}#1`)
    const { jwk } = await newKey(`${device}#1`)
    const request = await makeBindingRequest({ chain, iat, jwk }, signer)
    expect(codeOf(await checkBindingRequest(request, { chain, device, keyNumber: 1, jwk }))).toBe('bad-signature')
  })

  it('is not a possession, and carries nothing but the key', async () => {
    const { jwk, signer } = await newKey(`${device}#1`)
    const possession = await makeKeyPossession({ iat, jwk }, signer)
    expect(codeOf(await checkBindingRequest(possession, { chain, device, keyNumber: 1, jwk }))).toBe('wrong-typ')
    const more = await signJws({ typ: 'brume-binding-request', chain, iat }, new TextEncoder().encode(JSON.stringify({ jwk, admin: true })), signer)
    expect(codeOf(await checkBindingRequest(more, { chain, device, keyNumber: 1, jwk }))).toBe('bad-payload')
    const timeless = await signJws({ typ: 'brume-binding-request', chain }, new TextEncoder().encode(JSON.stringify({ jwk })), signer)
    expect(codeOf(await checkBindingRequest(timeless, { chain, device, keyNumber: 1, jwk }))).toBe('bad-iat')
  })
})

describe('a new key', () => {
  it('is shown by itself and endorsed by the old one', async () => {
    const old = await newKey(`${device}#1`)
    const next = await newKey(`${device}#2`, 'ES256')
    const about = { iat, jwk: next.jwk }
    const possession = await makeKeyPossession(about, next.signer)
    const endorsement = await makeKeyEndorsement(about, old.signer)
    expect(codeOf(await checkKeyPossession(possession, { device, keyNumber: 2, jwk: next.jwk }))).toBe('accepted')
    const expected = { device, jwk: next.jwk, oldKeyNumber: 1, oldJwk: old.jwk }
    expect(codeOf(await checkKeyEndorsement(endorsement, expected))).toBe('accepted')
    expect(codeOf(await checkKeyEndorsement(endorsement, { ...expected, jwk: old.jwk }))).toBe('other-key')
  })

  it('is for the device as a whole: a request that names a chain is refused', async () => {
    const { jwk, signer } = await newKey(`${device}#2`)
    const bytes = await signJws({ typ: 'brume-key-possession', chain, iat }, new TextEncoder().encode(JSON.stringify({ jwk })), signer)
    expect(codeOf(await checkKeyPossession(bytes, { device, keyNumber: 2, jwk }))).toBe('other-chain')
  })

  it('is not endorsed by itself', async () => {
    const old = await newKey(`${device}#1`)
    const next = await newKey(`${device}#2`)
    const posing = { ...next.signer, kid: old.signer.kid }
    const endorsement = await makeKeyEndorsement({ iat, jwk: next.jwk }, posing)
    expect(codeOf(await checkKeyEndorsement(endorsement, { device, jwk: next.jwk, oldKeyNumber: 1, oldJwk: old.jwk }))).toBe('bad-signature')
  })
})
