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
  return within({ of: 'tenant', tenantId }, work)
}

export function asPlatform<T>(work: () => T): T {
  return within({ of: 'platform' }, work)
}

export function asPublic<T>(work: () => T): T {
  return within({ of: 'public' }, work)
}

export function currentScope(): TenantScope {
  return scopes.getStore() ?? { of: 'public' }
}

/** Prisma asks only once somebody waits for the answer: a query that `work` hands out unasked is asked here, before its scope ends. */
function within<T>(scope: TenantScope, work: () => T): T {
  return scopes.run(scope, () => {
    const result = work()
    // A query is a PromiseLike of what T says it is; waiting for it changes nothing for the caller, who waits too.
    return isUnasked(result) ? (result.then((value) => value) as T) : result
  })
}

function isUnasked(result: unknown): result is PromiseLike<unknown> {
  return typeof result === 'object' && result !== null && Symbol.toStringTag in result && result[Symbol.toStringTag] === 'PrismaPromise' && 'then' in result
}
