import { SignJWT } from 'jose'
import { z } from 'zod'
import type { Clock, NewId } from '@brume/config'
import type { SigningKey } from './signingKey.ts'

/** What a token says (RFC 7519 and RFC 9068): times are in whole seconds. */
export const accessTokenClaims = z.object({
  iss: z.string(),
  sub: z.string().min(1),
  aud: z.literal('brume'),
  tenant: z.string().min(1),
  scope: z.string(),
  iat: z.number().int(),
  nbf: z.number().int().optional(),
  exp: z.number().int(),
  jti: z.string().min(1),
})
export type AccessTokenClaims = z.infer<typeof accessTokenClaims>

export const accessTokenAudience = 'brume'
/** RFC 9068 section 2.1: another kind of JWT by the same key can never pass for an access token. */
export const accessTokenType = 'at+jwt'

export interface AccessTokenGrant {
  readonly subject: string
  readonly tenantId: string
  readonly scope: readonly string[]
  readonly lifetimeS: number
}

export interface AccessTokenIssuerParts {
  readonly issuer: string
  readonly key: SigningKey
  readonly clock: Clock
  readonly newId: NewId
}

/** Issues EdDSA JWTs that every service checks offline. */
export class AccessTokenIssuer {
  readonly #parts: AccessTokenIssuerParts
  readonly #privateKey: ReturnType<SigningKey['toKeyObject']>

  constructor(parts: AccessTokenIssuerParts) {
    this.#parts = parts
    this.#privateKey = parts.key.toKeyObject()
  }

  async issue(grant: AccessTokenGrant): Promise<string> {
    const { issuer, key, clock, newId } = this.#parts
    const now = Math.floor(clock.now() / 1000)
    return new SignJWT({ tenant: grant.tenantId, scope: grant.scope.join(' ') })
      .setProtectedHeader({ alg: 'EdDSA', typ: accessTokenType, kid: key.kid })
      .setIssuer(issuer)
      .setSubject(grant.subject)
      .setAudience(accessTokenAudience)
      .setIssuedAt(now)
      .setExpirationTime(now + grant.lifetimeS)
      .setJti(newId())
      .sign(this.#privateKey)
  }
}
