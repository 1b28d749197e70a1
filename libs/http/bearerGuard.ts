import { hash, timingSafeEqual } from 'node:crypto'
import type { CanActivate, DynamicModule, ExecutionContext, FactoryProvider } from '@nestjs/common'
import { Inject, Injectable, Module } from '@nestjs/common'
import { APP_GUARD, Reflector } from '@nestjs/core'
import type { FastifyRequest } from 'fastify'
import type { TokenVerdict } from '@brume/keys'
import type { Access } from './access.ts'
import { AccessRule, setPrincipal } from './access.ts'
import { commonProblems } from './commonProblems.ts'
import type { Problem } from './problems.ts'

/** `AccessTokenVerifier` of @brume/keys is one. */
export interface TokenVerifier {
  verify(token: string): Promise<TokenVerdict>
}

export interface BearerGuardParts {
  readonly verifier: TokenVerifier
  readonly operatorToken: string
}

const guardParts = Symbol('bearer guard parts')

/** Bearer tokens (RFC 6750) against the access rule of the handler, or of its controller. */
@Injectable()
export class BearerGuard implements CanActivate {
  readonly #parts: BearerGuardParts
  readonly #reflector: Reflector

  constructor(@Inject(guardParts) parts: BearerGuardParts, reflector: Reflector) {
    this.#parts = parts
    this.#reflector = reflector
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    // Batches from the event log carry no token; their topics are ours alone.
    if (context.getType() !== 'http') return true
    const access: Access = this.#reflector.getAllAndOverride(AccessRule, [context.getHandler(), context.getClass()]) ?? 'tenant'
    if (access === 'public') return true
    const request = context.switchToHttp().getRequest<FastifyRequest>()
    const token = tokenOf(request.headers.authorization)
    if (token === undefined && access === 'tenant-or-public') return true
    if (token === undefined) throw unauthorized('token-missing')
    return access === 'operator' ? this.#asOperator(token) : this.#asTenant(token, request)
  }

  async #asTenant(token: string, request: FastifyRequest): Promise<true> {
    const verdict = await this.#parts.verifier.verify(token)
    if (!verdict.ok) throw unauthorized(verdict.reason === 'expired' ? 'token-expired' : 'token-invalid', verdict.detail)
    const { tenant, sub, scope } = verdict.claims
    setPrincipal(request, { tenantId: tenant, subject: sub, scope: scope.split(' ').filter(Boolean) })
    return true
  }

  async #asOperator(token: string): Promise<true> {
    if (sameText(token, this.#parts.operatorToken)) return true
    const verdict = await this.#parts.verifier.verify(token)
    if (verdict.ok) throw commonProblems.problem('operator-only')
    throw unauthorized('token-invalid', 'This is not the token of the operator.')
  }
}

/** As Nest's factory providers: `{ inject: [AccessTokenVerifier], useFactory: (verifier: AccessTokenVerifier) => ({ verifier, operatorToken }) }`. */
export type BearerGuardFactory = Pick<FactoryProvider<BearerGuardParts>, 'inject' | 'useFactory'> & Pick<DynamicModule, 'imports'>

@Module({})
export class BearerGuardModule {
  /** Guards every handler of the process. A factory, because the verifier's keys arrive from the event log. */
  static with({ imports = [], inject = [], useFactory }: BearerGuardFactory): DynamicModule {
    return {
      module: BearerGuardModule,
      imports,
      providers: [
        { provide: guardParts, inject, useFactory },
        { provide: APP_GUARD, useClass: BearerGuard },
      ],
    }
  }
}

/** Undefined without the header. The scheme is case-insensitive (RFC 9110 section 11.1), the token one word of RFC 6750 section 2.1. */
function tokenOf(header: string | undefined): string | undefined {
  if (header === undefined) return undefined
  const token = /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i.exec(header)?.[1]
  if (token === undefined) throw unauthorized('token-invalid', 'The header Authorization is not "Bearer TOKEN".')
  return token
}

/** RFC 6750 section 3: an error code only where a token was sent. */
function unauthorized(code: 'token-missing' | 'token-invalid' | 'token-expired', detail?: string): Problem {
  const challenge = code === 'token-missing' ? 'Bearer realm="brume"' : `Bearer realm="brume", error="invalid_token"`
  return commonProblems.problem(code, detail, { headers: { 'www-authenticate': challenge } })
}

/** Hashes first: timingSafeEqual wants equal lengths, and the length of the secret is not to be told either. */
function sameText(one: string, other: string): boolean {
  return timingSafeEqual(hash('sha256', one, 'buffer'), hash('sha256', other, 'buffer'))
}
