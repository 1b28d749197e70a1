import { hash } from 'node:crypto'
import type { JWK } from 'jose'
import { decodeProtectedHeader, errors, jwtVerify } from 'jose'
import { LRUCache } from 'lru-cache'
import type { Clock } from '@brume/config'
import type { AccessTokenClaims } from './accessToken.ts'
import { accessTokenAudience, accessTokenClaims, accessTokenType } from './accessToken.ts'

/** The public keys that may sign tokens now, by kid. A key that is taken away ends its tokens at once, remembered ones too. */
export interface TokenKeys {
  get(kid: string): JWK | undefined
}

export type TokenFailure = 'expired' | 'not-yet-valid' | 'unknown-key' | 'invalid'
export type TokenVerdict = { readonly ok: true; readonly claims: AccessTokenClaims } | { readonly ok: false; readonly reason: TokenFailure; readonly detail: string }

export interface AccessTokenVerifierParts {
  readonly issuer: string
  readonly keys: TokenKeys
  readonly clock: Clock
  /** Most tokens that are remembered; the least recently used goes first. */
  readonly cacheSize?: number
}

const leewayS = 30

/**
 * Checks access tokens offline. A good token is remembered by its SHA-256 until it expires, so that a client that sends one with every request costs
 * one signature check; a bad one is never remembered, so nobody can fill the cache without a token.
 */
export class AccessTokenVerifier {
  readonly #parts: AccessTokenVerifierParts
  readonly #known: LRUCache<string, { claims: AccessTokenClaims; kid: string; key: JWK }>

  constructor(parts: AccessTokenVerifierParts) {
    this.#parts = parts
    this.#known = new LRUCache({ max: parts.cacheSize ?? 10_000 })
  }

  async verify(token: string): Promise<TokenVerdict> {
    const digest = hash('sha256', token)
    const known = this.#known.get(digest)
    if (known !== undefined && this.#parts.keys.get(known.kid) === known.key) return this.#inTime(known.claims)
    const kid = kidOf(token)
    const key = kid === undefined ? undefined : this.#parts.keys.get(kid)
    if (kid === undefined) return refuse('invalid', 'The token is not a JWT with a kid.')
    if (key === undefined) return refuse('unknown-key', 'The token is signed by a key that is not in use here.')
    const verdict = await this.#check(token, key)
    if (verdict.ok) this.#known.set(digest, { claims: verdict.claims, kid, key })
    return verdict
  }

  async #check(token: string, key: JWK): Promise<TokenVerdict> {
    const { issuer, clock } = this.#parts
    try {
      const { payload } = await jwtVerify(token, key, {
        algorithms: ['EdDSA', 'Ed25519'],
        typ: accessTokenType,
        issuer,
        audience: accessTokenAudience,
        clockTolerance: leewayS,
        currentDate: new Date(clock.now()),
      })
      const claims = accessTokenClaims.safeParse(payload)
      return claims.success ? this.#inTime(claims.data) : refuse('invalid', `The token lacks a claim or has a wrong one: ${claims.error.issues.map((issue) => issue.path.join('.')).join(', ')}.`)
    } catch (error) {
      return refusalOf(error)
    }
  }

  /** jose looks at `exp` and `nbf`; this also runs for remembered tokens, and refuses an `iat` ahead of us: such a token was not made by this issuer's clock. */
  #inTime(claims: AccessTokenClaims): TokenVerdict {
    const nowS = this.#parts.clock.now() / 1000
    if (nowS >= claims.exp + leewayS) return refuse('expired', 'The token has expired.')
    if (nowS < Math.max(claims.iat, claims.nbf ?? 0) - leewayS) return refuse('not-yet-valid', 'The token is not valid yet.')
    return { ok: true, claims }
  }
}

function kidOf(token: string): string | undefined {
  try {
    return decodeProtectedHeader(token).kid
  } catch {
    return undefined
  }
}

function refusalOf(error: unknown): TokenVerdict {
  if (error instanceof errors.JWTExpired) return refuse('expired', 'The token has expired.')
  if (error instanceof errors.JWTClaimValidationFailed) {
    return error.claim === 'nbf' ? refuse('not-yet-valid', 'The token is not valid yet.') : refuse('invalid', `The token has a wrong ${error.claim}.`)
  }
  if (error instanceof errors.JOSEError) return refuse('invalid', 'The token is malformed or its signature is wrong.')
  throw error
}

function refuse(reason: TokenFailure, detail: string): TokenVerdict {
  return { ok: false, reason, detail }
}
