import { AccessRule, principalOf } from '@brume/http'
import { asPlatform, inTenant } from '@brume/prisma'
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common'
import { Reflector } from '@nestjs/core'
import type { Observable } from 'rxjs'

/**
 * Runs each request in the scope of whom it comes from, which row-level security goes by: its tenant's, the platform's for the operator, else nobody's.
 * After the guards: what they let in is who they say. Batches of the event log are the platform's own work and say their scope themselves.
 */
@Injectable()
export class TenantScopeInterceptor implements NestInterceptor {
  constructor(private readonly reflector: Reflector) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType() !== 'http') return next.handle()
    const principal = principalOf(context.switchToHttp().getRequest<object>())
    // Nest binds the handler to the scope in which `handle` is called.
    if (principal !== undefined) return inTenant(principal.tenantId, () => next.handle())
    const access = this.reflector.getAllAndOverride(AccessRule, [context.getHandler(), context.getClass()])
    return access === 'operator' ? asPlatform(() => next.handle()) : next.handle()
  }
}
