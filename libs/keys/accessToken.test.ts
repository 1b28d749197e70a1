import { SignJWT, UnsecuredJWT, jwtVerify } from 'jose'
import { beforeEach, describe, expect, it } from 'vitest'
import { uuidv7Ids } from '@brume/config'
import { AccessTokenIssuer } from './accessToken.ts'
import type { TokenVerdict } from './accessTokenVerifier.ts'
import { AccessTokenVerifier } from './accessTokenVerifier.ts'
import type { Ed25519PublicJwk } from './signingKey.ts'
import { SigningKey } from './signingKey.ts'

const startMs = Date.parse('2026-01-01T00:00:00Z')
const key = SigningKey.generate('auth#1')
const grant = { subject: 'tenant-1', tenantId: 'tenant-1', scope: ['chains', 'devices'], lifetimeS: 3600 }

let nowMs: number
let keys: Map<string, Ed25519PublicJwk>
let verifier: AccessTokenVerifier
const clock = { now: () => nowMs }
const issuer = new AccessTokenIssuer({ issuer: 'brume.local', key, clock, newId: uuidv7Ids(clock) })

beforeEach(() => {
  nowMs = startMs
  keys = new Map([[key.kid, key.publicJwk]])
  verifier = new AccessTokenVerifier({ issuer: 'brume.local', keys, clock, cacheSize: 2 })
})

const reason = (verdict: TokenVerdict): string => (verdict.ok ? 'ok' : verdict.reason)

function forged(change: { claims?: object; header?: object; by?: SigningKey }): Promise<string> {
  const claims = { iss: 'brume.local', sub: 't', aud: 'brume', tenant: 't', scope: '', iat: startMs / 1000, exp: startMs / 1000 + 60, jti: 'j', ...change.claims }
  return new SignJWT(claims).setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: key.kid, ...change.header }).sign((change.by ?? key).toKeyObject())
}

describe('access token', () => {
  it('is read back with tenant, scope and times', async () => {
    expect(await verifier.verify(await issuer.issue(grant))).toMatchObject({
      ok: true,
      claims: { iss: 'brume.local', sub: 'tenant-1', aud: 'brume', tenant: 'tenant-1', scope: 'chains devices', iat: startMs / 1000, exp: startMs / 1000 + 3600 },
    })
  })

  it('is an EdDSA JWT that jose alone can check', async () => {
    const { payload } = await jwtVerify(await issuer.issue(grant), key.publicJwk, { currentDate: new Date(nowMs) })
    expect(payload['tenant']).toBe('tenant-1')
  })

  it('is good until 30 s after exp, remembered or not', async () => {
    const token = await issuer.issue(grant)
    nowMs = startMs + 3_629_000
    expect(reason(await verifier.verify(token))).toBe('ok')
    nowMs = startMs + 3_630_000
    expect(reason(await verifier.verify(token))).toBe('expired')
    expect(reason(await new AccessTokenVerifier({ issuer: 'brume.local', keys, clock }).verify(token))).toBe('expired')
  })

  it.each(['iat', 'nbf'])('is not valid more than 30 s before its %s', async (claim) => {
    const token = await forged({ claims: { [claim]: startMs / 1000 + 60, exp: startMs / 1000 + 120 } })
    nowMs = startMs + 29_000
    expect(reason(await verifier.verify(token))).toBe('not-yet-valid')
    nowMs = startMs + 30_000
    expect(reason(await verifier.verify(token))).toBe('ok')
  })

  it.each([
    ['another audience', { claims: { aud: 'other' } }, 'invalid'],
    ['two audiences', { claims: { aud: ['brume', 'other'] } }, 'invalid'],
    ['another issuer', { claims: { iss: 'evil.example' } }, 'invalid'],
    ['no tenant', { claims: { tenant: undefined } }, 'invalid'],
    ['no exp', { claims: { exp: undefined } }, 'invalid'],
    ['another type of JWT', { header: { typ: 'JWT' } }, 'invalid'],
    ['an unknown kid', { header: { kid: 'auth#2' } }, 'unknown-key'],
    ['no kid', { header: { kid: undefined } }, 'invalid'],
    ["another's signature", { by: SigningKey.generate('auth#1') }, 'invalid'],
  ])('refuses %s', async (_, change, expected) => {
    expect(reason(await verifier.verify(await forged(change)))).toBe(expected)
  })

  it('refuses alg none, and text that is no JWT', async () => {
    const none = new UnsecuredJWT({ iss: 'brume.local', tenant: 't' }).setExpirationTime('1h').encode()
    expect(reason(await verifier.verify(none))).toBe('invalid')
    const [, payload] = (await issuer.issue(grant)).split('.')
    const header = Buffer.from(JSON.stringify({ alg: 'none', typ: 'at+jwt', kid: key.kid })).toString('base64url')
    expect(reason(await verifier.verify(`${header}.${payload}.`))).toBe('invalid')
    for (const text of ['', 'x', 'a.b.c', '....']) expect(reason(await verifier.verify(text))).toBe('invalid')
  })

  it('is remembered, for the most recent tokens only', async () => {
    const [first, second, third] = await Promise.all([issuer.issue(grant), issuer.issue(grant), issuer.issue(grant)])
    const claimsOf = async (token: string) => {
      const verdict = await verifier.verify(token)
      return verdict.ok ? verdict.claims : undefined
    }
    const claims = await claimsOf(first)
    expect(await claimsOf(first)).toBe(claims)
    await claimsOf(second)
    await claimsOf(third)
    expect(await claimsOf(first)).not.toBe(claims)
    expect(await claimsOf(first)).toEqual(claims)
  })

  it('ends at once when its key is taken away, although it is remembered', async () => {
    const token = await issuer.issue(grant)
    expect(reason(await verifier.verify(token))).toBe('ok')
    keys.delete(key.kid)
    expect(reason(await verifier.verify(token))).toBe('unknown-key')
  })
})
