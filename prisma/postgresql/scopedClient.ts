import { PrismaPg } from '@prisma/adapter-pg'
import type pg from 'pg'
import type { PrismaClient } from '../generated/sqlite/client.ts'
import { PrismaClient as PostgresClient } from '../generated/postgresql/client.ts'
import type { TenantScope } from '../tenantScope.ts'
import { throwTypedFailure } from './failures.ts'
import { settingsOf } from './scope.ts'
import { inScope } from './scopedPool.ts'

/** `pool` is a ScopedPool, or one that nobody asks in a scope. */
export function makeClient(pool: pg.Pool): PostgresClient {
  return new PostgresClient({ adapter: new PrismaPg(pool) })
}

/**
 * Prisma puts questions of one tick for a single row together into one statement, for whoever asks them (its dataloader), but never those of a transaction.
 * They must not meet those of another scope.
 */
const mayBePutTogether: ReadonlySet<string> = new Set(['findUnique', 'findUniqueOrThrow'])

interface Operation {
  (...given: unknown[]): Promise<unknown>
}

/**
 * Each statement outside `write` in a transaction of its own, which first says for whom. Around Prisma's client, not as an extension of it: what an extension
 * asks runs in the context of whoever called the client, and the pool would not see the scope.
 */
export function scopedClient(client: PostgresClient, scopeOf: () => TenantScope): PrismaClient {
  const ask = async (name: string, operation: Operation, given: unknown[]): Promise<unknown> => {
    const scope = scopeOf()
    const settings = settingsOf(scope)
    if (settings === undefined) return operation(...given)
    if (!mayBePutTogether.has(name)) return inScope(scope, () => operation(...given))
    const enter = client.$executeRaw`SELECT set_config('brume.tenant', ${settings.tenant}, true), set_config('brume.platform', ${settings.platform}, true)`
    // An operation of a model gives Prisma's own kind of promise, as `enter` is one.
    const [, result] = await client.$transaction([enter, operation(...given) as typeof enter])
    return result
  }
  // Both clients are generated from the same models: what SQLite's type offers, PostgreSQL's has too.
  return scopedMembers(client, (name, operation) => (...given) => ask(name, operation, given).catch(throwTypedFailure)) as unknown as PrismaClient
}

/** The client with its models, or one model. */
function scopedMembers(of: object, scoped: (name: string, operation: Operation) => Operation): object {
  const known = new Map<string | symbol, unknown>()
  const member = (name: string | symbol): unknown => {
    const found: unknown = Reflect.get(of, name)
    if (typeof found === 'function') return isOperation(String(name)) ? scoped(String(name), found.bind(of)) : found.bind(of)
    return typeof found === 'object' && found !== null ? scopedMembers(found, scoped) : found
  }
  return new Proxy(of, {
    get(_, name) {
      if (!known.has(name)) known.set(name, member(name))
      return known.get(name)
    },
  })
}

/** Of the client itself only the raw statements are; `$connect` and its like belong to nobody. */
function isOperation(name: string): boolean {
  return !name.startsWith('$') || name.startsWith('$query') || name.startsWith('$execute')
}
