import { AsyncLocalStorage } from 'node:async_hooks'

/** For whom work is done. PostgreSQL's row-level security shows the rows that this names; SQLite, where one process is all there is, knows no such thing. */
export type TenantScope =
  | { readonly of: 'tenant'; readonly tenantId: string }
  /** All tenants: the operator, and the platform's own background work. */
  | { readonly of: 'platform' }
  /** Nobody's: public chains are to be seen, nothing else of any tenant. The same as no scope, but said. */
  | { readonly of: 'public' }

const scopes = new AsyncLocalStorage<TenantScope>()

/** Everything that `work` asks of a database, also later and in what it starts, is asked for this tenant. */
export function inTenant<T>(tenantId: string, work: () => T): T {
  return scopes.run({ of: 'tenant', tenantId }, work)
}

export function asPlatform<T>(work: () => T): T {
  return scopes.run({ of: 'platform' }, work)
}

export function asPublic<T>(work: () => T): T {
  return scopes.run({ of: 'public' }, work)
}

export function currentScope(): TenantScope {
  return scopes.getStore() ?? { of: 'public' }
}
