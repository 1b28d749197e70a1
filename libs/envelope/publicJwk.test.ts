import { ed25519, ED25519_TORSION_SUBGROUP } from '@noble/curves/ed25519.js'
import { p256 } from '@noble/curves/nist.js'
import * as jose from 'jose'
import { describe, expect, it } from 'vitest'
import { codeOf, newKey, valueOf } from './device.fixture.ts'
import { encodeBase64url, jwkThumbprint, parsePublicJwk } from './index.ts'

const okp = (bytes: Uint8Array) => ({ kty: 'OKP', crv: 'Ed25519', x: encodeBase64url(bytes) })
const ec = (x: Uint8Array, y: Uint8Array) => ({ kty: 'EC', crv: 'P-256', x: encodeBase64url(x), y: encodeBase64url(y) })
const detailOf = (value: unknown) => {
  const checked = parsePublicJwk(value)
  return checked.ok ? 'accepted' : checked.refusal.detail
}

describe('a public key from outside', () => {
  it.each(['EdDSA', 'ES256'] as const)('is taken with its public members only (%s)', async (alg) => {
    const { jwk } = await newKey('platform#1', alg)
    const key = valueOf(parsePublicJwk({ ...jwk, use: 'sig', kid: 'x', alg }))
    expect(key.jwk).toEqual(jwk)
    expect(key.bytes.length).toBe(alg === 'ES256' ? 65 : 32)
  })

  it('is refused with a private member', async () => {
    const { privateJwk } = await newKey('platform#1')
    expect(detailOf(privateJwk)).toContain('private member d')
  })

  it.each([undefined, null, 'x', [], {}, { kty: 'oct', k: 'AA' }, { kty: 'oct' }, { kty: 'OKP', crv: 'X25519' }, { kty: 'EC', crv: 'P-384' }])('is refused when it is %j', (value) => {
    expect(codeOf(parsePublicJwk(value))).toBe('bad-jwk')
  })

  it('is refused when x is not 32 bytes in canonical base64url', async () => {
    const { jwk } = await newKey('platform#1')
    for (const x of [`${jwk.x}=`, jwk.x.slice(1), `${jwk.x}AA`, 7]) expect(detailOf({ ...jwk, x })).toContain('canonical base64url')
  })

  it.each(ED25519_TORSION_SUBGROUP)('is refused when it is the Ed25519 point %s of small order', (hex) => {
    expect(detailOf(okp(Buffer.from(hex, 'hex')))).toContain('small order')
  })

  it('is refused when its Ed25519 point has a part of small order', () => {
    const torsion = ed25519.Point.fromHex(ED25519_TORSION_SUBGROUP[1] ?? '')
    expect(detailOf(okp(ed25519.Point.BASE.multiply(5n).add(torsion).toBytes()))).toContain('prime-order')
  })

  it('is refused when its Ed25519 y is not reduced', () => {
    // y = p + 3, a second spelling of y = 3 (RFC 8032 section 5.1.3).
    const bytes = new Uint8Array(32).fill(0xff)
    bytes[0] = 0xf0
    bytes[31] = 0x7f
    expect(detailOf(okp(bytes))).toContain('not a canonical Ed25519 point')
  })

  it('is refused when it is not on P-256', () => {
    const { x, y } = p256.Point.BASE.multiply(9n).toAffine()
    const bytes = (n: bigint) => new Uint8Array(Buffer.from(n.toString(16).padStart(64, '0'), 'hex'))
    expect(detailOf(ec(bytes(x), bytes(y)))).toBe('accepted')
    for (const bad of [ec(bytes(x), bytes(y + 1n)), ec(bytes(0n), bytes(0n)), ec(bytes(p256.Point.Fp.ORDER), bytes(y))]) expect(detailOf(bad)).toContain('not a point of P-256')
  })

  it.each(['EdDSA', 'ES256'] as const)('has the thumbprint that jose computes (%s)', async (alg) => {
    const { jwk } = await newKey('platform#1', alg)
    expect(await jwkThumbprint(jwk)).toBe(await jose.calculateJwkThumbprint({ ...jwk }))
  })

  it('has the thumbprint of RFC 8037 appendix A.3', async () => {
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' } as const
    expect(await jwkThumbprint(jwk)).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k')
  })
})
