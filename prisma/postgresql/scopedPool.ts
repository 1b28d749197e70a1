import { AsyncLocalStorage } from 'node:async_hooks'
import pg from 'pg'
import type { TenantScope } from '../tenantScope.ts'
import { beginWithin } from './scope.ts'

const askedFor = new AsyncLocalStorage<TenantScope>()

/** What `ask` asks of a {@link ScopedPool} sees what `scope` may see. */
export function inScope<T>(scope: TenantScope, ask: () => Promise<T>): Promise<T> {
  return askedFor.run(scope, async () => ask()) // Prisma's promise begins when it is awaited: within
}

/**
 * The pool that Prisma asks. Its own transactions take four ways to the server and milliseconds of its engine; a statement outside of them goes here with its
 * BEGIN and COMMIT in one flight, where the server's rules for rows (row-level security) hold for whoever asks.
 */
export class ScopedPool extends pg.Pool {
  // Prisma's adapter calls the one of pg's overloads that takes a config and gives a promise; the others go through as they are.
  override query = ((...given: Parameters<pg.Pool['query']>) => {
    const scope = askedFor.getStore()
    return scope === undefined ? super.query(...given) : this.#within(scope, given)
  }) as pg.Pool['query']

  async #within(scope: TenantScope, given: Parameters<pg.Pool['query']>): Promise<unknown> {
    const client = await this.connect()
    client.on('error', ignore) // what is under way fails with it
    const [begun, answered, ended] = await Promise.allSettled([beginWithin(client, 'BEGIN', scope), client.query(...given), client.query('COMMIT')])
    client.off('error', ignore)
    const failed = [answered, begun, ended].find(({ status }) => status === 'rejected')
    // After a statement that failed, COMMIT rolls back and succeeds; a connection that could not even do that is not used again.
    client.release(ended.status === 'rejected')
    if (failed?.status === 'rejected') throw failed.reason
    return answered.status === 'fulfilled' ? answered.value : undefined
  }
}

function ignore(): void {}
