import type pg from 'pg'
import { DatabaseUnavailable, type PostgresDatabase, type Transaction, type WriteOptions } from '../database.ts'
import type { PrismaClient } from '../generated/sqlite/client.ts'
import type { PrismaClient as PostgresClient } from '../generated/postgresql/client.ts'
import { currentScope, type TenantScope } from '../tenantScope.ts'
import { throwTypedFailure, typedFailure } from './failures.ts'
import { beginWithin, settingsOf } from './scope.ts'
import { scopedClient } from './scopedClient.ts'

/** Everything that one service holds open. */
export interface PostgresParts {
  readonly client: PostgresClient
  /** The service's role; Prisma uses it too. */
  readonly pool: pg.Pool
  readonly appendPool: pg.Pool | undefined
}

const CHECK_MS = 2_000
const TRANSACTION = { timeout: 15_000, maxWait: 5_000 }

export class ServiceDatabase implements PostgresDatabase {
  readonly kind = 'postgresql'
  readonly prisma: PrismaClient

  constructor(private readonly parts: PostgresParts, private readonly scopeOf: () => TenantScope = currentScope) {
    this.prisma = scopedClient(parts.client, scopeOf)
  }

  get append(): pg.Pool {
    if (this.parts.appendPool === undefined) throw new Error('only the ledger has an append path')
    return this.parts.appendPool
  }

  async write<T>(work: (tx: Transaction) => Promise<T>, { alone }: WriteOptions = {}): Promise<T> {
    const scope = this.scopeOf()
    const failed = new OwnFailure()
    return this.parts.client.$transaction(async (postgresTx) => {
      // As in scopedClient.ts: the same models.
      const tx = postgresTx as unknown as Transaction
      await enter(tx, scope, alone)
      return failed.watch(() => work(tx))
    }, TRANSACTION).catch((error: unknown) => failed.rethrow(error))
  }

  /**
   * Its ways to the server are most of what a look costs: the first question goes with the BEGIN, and nobody waits for the end of a transaction that has
   * written nothing.
   */
  read<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    return this.onConnection(async (client) => {
      const begun = beginWithin(client, 'BEGIN READ ONLY', this.scopeOf())
      begun.catch(ignore) // heard below, where the work has not failed with it
      const result = await work(client)
      await begun
      return { result, ended: client.query('COMMIT') }
    })
  }

  transaction<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    return this.onConnection(async (client) => {
      await beginWithin(client, 'BEGIN', this.scopeOf())
      const result = await work(client)
      await client.query('COMMIT')
      return { result, ended: Promise.resolve() }
    })
  }

  forTenant(tenantId: string): PostgresDatabase {
    return new ServiceDatabase(this.parts, () => ({ of: 'tenant', tenantId }))
  }

  forPlatform(): PostgresDatabase {
    return new ServiceDatabase(this.parts, () => ({ of: 'platform' }))
  }

  async check(limitMs: number = CHECK_MS): Promise<void> {
    const timer = Promise.withResolvers<never>()
    const running = setTimeout(() => timer.reject(new DatabaseUnavailable(`the database does not answer within ${limitMs} ms`)), limitMs)
    await Promise.race([this.parts.pool.query('SELECT 1'), timer.promise]).catch(throwTypedFailure).finally(() => clearTimeout(running))
  }

  async close(): Promise<void> {
    await this.parts.client.$disconnect()
    await Promise.all([this.parts.pool.end(), this.parts.appendPool?.end()])
  }

  /** Gives the connection back once the transaction has `ended`. */
  private async onConnection<T>(transact: (client: pg.PoolClient) => Promise<Ending<T>>): Promise<T> {
    const client = await this.parts.pool.connect().catch(throwTypedFailure)
    client.on('error', ignore) // the query that is under way fails with it
    const release = (broken?: Error): void => {
      client.off('error', ignore)
      client.release(broken)
    }
    const failed = new OwnFailure()
    try {
      const { result, ended } = await failed.watch(() => transact(client))
      void ended.then(() => release(), (error: unknown) => release(asError(error)))
      return result
    } catch (error) {
      // A connection that could not even roll back is not used again.
      release(await client.query('ROLLBACK').then(() => undefined, asError))
      return failed.rethrow(error)
    }
  }
}

interface Ending<T> {
  readonly result: T
  readonly ended: Promise<unknown>
}

async function enter(tx: Transaction, scope: TenantScope, alone: string | undefined): Promise<void> {
  const settings = settingsOf(scope)
  if (settings !== undefined) await tx.$executeRaw`SELECT set_config('brume.tenant', ${settings.tenant}, true), set_config('brume.platform', ${settings.platform}, true)`
  // A statement of its own: the next one sees what the last holder has committed.
  if (alone !== undefined) await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${alone}, 0))`
}

/**
 * Tells what the work threw from what the database did. An error of the work may wrap one of a broker, say, which looks like a lost connection; only
 * errors that are the database's own are typed.
 */
class OwnFailure {
  private thrown: unknown

  async watch<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      this.thrown = error
      throw error
    }
  }

  rethrow(error: unknown): never {
    throw error === this.thrown && !isOfDatabase(error) ? error : typedFailure(error)
  }
}

/** By Prisma's and the driver's names, or thrown by pg itself, whose connection errors have no name of their own. */
function isOfDatabase(error: unknown): boolean {
  return error instanceof Error && (/^(PrismaClient|DriverAdapter)/.test(error.name) || ['Error', 'error', 'DatabaseError'].includes(error.name))
}

function ignore(): void {}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}
