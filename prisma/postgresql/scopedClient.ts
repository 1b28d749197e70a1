import { PrismaPg } from '@prisma/adapter-pg'
import type pg from 'pg'
import type { PrismaClient } from '../generated/sqlite/client.ts'
import { PrismaClient as PostgresClient } from '../generated/postgresql/client.ts'
import type { TenantScope } from '../tenantScope.ts'
import { throwTypedFailure } from './failures.ts'
import { settingsOf } from './scope.ts'

export function makeClient(pool: pg.Pool): PostgresClient {
  return new PostgresClient({ adapter: new PrismaPg(pool) })
}

/** Each operation outside `write` in a transaction of its own, which first says for whom. */
export function scopedClient(client: PostgresClient, scopeOf: () => TenantScope): PrismaClient {
  const scoped = client.$extends({
    query: {
      async $allOperations({ args, query }) {
        const settings = settingsOf(scopeOf())
        if (settings === undefined) return query(args).catch(throwTypedFailure)
        const enter = client.$executeRaw`SELECT set_config('brume.tenant', ${settings.tenant}, true), set_config('brume.platform', ${settings.platform}, true)`
        const [, result] = await client.$transaction([enter, query(args)]).catch(throwTypedFailure)
        return result
      },
    },
  })
  // Both clients are generated from the same models: what SQLite's type offers, PostgreSQL's has too, extended or not.
  return scoped as unknown as PrismaClient
}
