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

export async function enterScope(client: ClientBase, scope: TenantScope): Promise<void> {
  const settings = settingsOf(scope)
  if (settings !== undefined) await client.query("SELECT set_config('brume.tenant', $1, true), set_config('brume.platform', $2, true)", [settings.tenant, settings.platform])
}
