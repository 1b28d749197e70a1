import type { ClientBase } from 'pg'
import type { TenantScope } from '../tenantScope.ts'

/** What the policies of migration `roles` read, set for one transaction: it ends with it, so a pooled connection carries nothing over. */
export interface ScopeSettings {
  /** `brume.tenant` */
  readonly tenant: string
  /** `brume.platform` */
  readonly platform: 'on' | ''
}

/** Undefined where nothing needs to be set: no tenant's rows are shown then. */
export function settingsOf(scope: TenantScope): ScopeSettings | undefined {
  if (scope.of === 'public') return undefined
  return scope.of === 'platform' ? { tenant: '', platform: 'on' } : { tenant: scope.tenantId, platform: '' }
}

/** Begins a transaction within the scope: one message, for a way to the server and back costs more than either statement. */
export async function beginWithin(client: ClientBase, begin: 'BEGIN' | 'BEGIN READ ONLY', scope: TenantScope): Promise<void> {
  const settings = settingsOf(scope)
  const enter = settings === undefined ? '' : `; SELECT set_config('brume.tenant', ${client.escapeLiteral(settings.tenant)}, true), set_config('brume.platform', ${client.escapeLiteral(settings.platform)}, true)`
  await client.query(begin + enter)
}
