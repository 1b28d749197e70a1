import { Inject, Injectable } from '@nestjs/common'
import { z } from 'zod'
import { rfc3339, type Clock, type Config, type NewId } from '@brume/config'
import { AccessTokenIssuer, SigningKey } from '@brume/keys'
import { CLOCK, CONFIG, NEW_ID } from '@brume/runtime'

/**
 * All that makes a token: Ed25519 signs deterministically (RFC 8032 section 5.1.6), so the same grant is the same token again. An answer that is kept for
 * `Idempotency-Key` holds this instead of the token, which nobody can use who reads the database.
 */
export const tokenGrant = z.object({ tenantId: z.string(), jti: z.string(), issuedAtMs: z.int() })
export type TokenGrant = z.output<typeof tokenGrant>

export interface IssuedToken {
  readonly token: string
  /** RFC 3339 */
  readonly expiresAt: string
}

const LIFETIME_S = 30 * 86_400
const SCOPE = ['chains', 'devices']

/** Tokens that let a tenant in everywhere. */
@Injectable()
export class TenantTokens {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(NEW_ID) private readonly newId: NewId,
    private readonly key: SigningKey,
  ) {}

  grant(tenantId: string): TokenGrant {
    return { tenantId, jti: this.newId(), issuedAtMs: this.clock.now() }
  }

  async issue({ tenantId, jti, issuedAtMs }: TokenGrant): Promise<IssuedToken> {
    const issuer = new AccessTokenIssuer({ issuer: this.config.origin, key: this.key, clock: { now: () => issuedAtMs }, newId: () => jti })
    const token = await issuer.issue({ subject: tenantId, tenantId, scope: SCOPE, lifetimeS: LIFETIME_S })
    return { token, expiresAt: rfc3339((Math.floor(issuedAtMs / 1000) + LIFETIME_S) * 1000) }
  }
}
