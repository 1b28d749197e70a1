import { applyDecorators, createParamDecorator } from '@nestjs/common'
import { Reflector } from '@nestjs/core'
import { ApiBearerAuth, ApiSecurity } from '@nestjs/swagger'
import { commonProblems } from './commonProblems.ts'

/**
 * Who may call: `public` anyone (no token is looked at), `tenant` a tenant, `operator` the operator, `tenant-or-public` anyone, but a token that is
 * sent must be good. A handler that says nothing is for tenants, so that forgetting refuses; OpenAPI shows only what is said.
 */
export type Access = 'public' | 'tenant' | 'operator' | 'tenant-or-public'

export const AccessRule = Reflector.createDecorator<Access>()

export const Public = () => AccessRule('public')
export const RequireTenant = () => applyDecorators(AccessRule('tenant'), ApiBearerAuth())
export const RequireOperator = () => applyDecorators(AccessRule('operator'), ApiBearerAuth())
/** For what is read without a token when the chain is public; the service decides by the principal, if any. */
export const TenantOrPublic = () => applyDecorators(AccessRule('tenant-or-public'), ApiSecurity({}), ApiBearerAuth())

/** The tenant that a good token speaks for. */
export interface Principal {
  readonly tenantId: string
  readonly subject: string
  readonly scope: readonly string[]
}

/** Beside the request instead of on it: nothing that a client sends can set it. */
const principals = new WeakMap<object, Principal>()

export function setPrincipal(request: object, principal: Principal): void {
  principals.set(request, principal)
}

export function principalOf(request: object): Principal | undefined {
  return principals.get(request)
}

/** `@Tenant() principal: Principal`: refuses where there is none, so a wrong access rule cannot hand on `undefined`. */
export const Tenant = createParamDecorator((_: unknown, context): Principal => {
  const principal = principalOf(context.switchToHttp().getRequest<object>())
  if (principal === undefined) throw commonProblems.problem('token-missing')
  return principal
})

/** `@MaybeTenant() principal: Principal | undefined` for {@link TenantOrPublic}. */
export const MaybeTenant = createParamDecorator((_: unknown, context): Principal | undefined => principalOf(context.switchToHttp().getRequest<object>()))
