import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openDatabases, type Database, type Databases, type PostgresDatabase } from '@brume/prisma'
import { PostgresServer, TemporaryFolder, type ProvidedDatabase } from '@brume/testing'
import pg from 'pg'

const APPEND_ROLE = 'brume_ledger_append'
const tables = ['trees', 'entries', 'leaf_index', 'entry_identities', 'tiles', 'log_offsets', 'chain_devices', 'chain_device_keys', 'outbox', 'chains'].map((name) => `ledger_${name}`)

/** A PostgreSQL server with one migrated database, which each test finds empty. */
export class LedgerDatabase implements AsyncDisposable {
  /** May do everything: for what a test must prepare, see or break. */
  readonly superuser: pg.Pool

  private constructor(private readonly folder: TemporaryFolder, private readonly server: PostgresServer, private readonly provided: ProvidedDatabase, private readonly databases: Databases) {
    this.superuser = new pg.Pool({ connectionString: server.superuserUrl('ledger'), max: 2 })
  }

  static async start(): Promise<LedgerDatabase> {
    const folder = new TemporaryFolder()
    const server = await PostgresServer.start({ dataDir: folder.path })
    const provided = await server.provision('ledger')
    return new LedgerDatabase(folder, server, provided, await openDatabases({ databaseUrl: provided.url, databaseRoles: provided.rolesDir, services: ['ledger'] }))
  }

  /** As the service has it. */
  get ledger(): PostgresDatabase {
    return onPostgres(this.databases.ledger)
  }

  /** As the requests of one tenant have it. */
  ledgerOf(tenantId: string): PostgresDatabase {
    return onPostgres(this.ledger.forTenant(tenantId))
  }

  /** A pool of its own for the append path, as another process has it: all statements of a transaction on their way at once. */
  appendPool(max = 4, limits: pg.PoolConfig = {}): pg.Pool {
    return this.poolOf(APPEND_ROLE, { pipeline: true, max, ...limits })
  }

  poolOf(role: string, config: pg.PoolConfig = {}): pg.Pool {
    const url = new URL(this.provided.url)
    url.username = role
    url.password = readFileSync(join(this.provided.rolesDir, role), 'utf8')
    const limits = { connectionTimeoutMillis: 5_000, statement_timeout: 10_000, query_timeout: 15_000, idle_in_transaction_session_timeout: 10_000 }
    const pool = new pg.Pool({ connectionString: url.href, ...limits, ...config })
    pool.on('error', () => undefined) // an idle connection that a test has cut
    return pool
  }

  async addChain(no: number, tenant: string, isPublic: boolean): Promise<void> {
    await this.superuser.query(`
      INSERT INTO ledger_chains (no, id, tenant_id, name, engine, write_mode, max_delay_ms, max_readings, slack_ms, public, state, partition, origin, verifier_key,
        ledger_key_sealed, eip155, writer_address, writer_key_sealed, created_at, updated_at)
      VALUES ($1, $2, $3, '', 'ganache', 'batched', 1, 1, 1, $4, 'ready', 0, $2, '', '', 1, '', '', now(), now())`, [no, `chain-${no}`, tenant, isPublic])
  }

  async empty(): Promise<void> {
    await this.superuser.query(`TRUNCATE ${tables.join(', ')} RESTART IDENTITY`)
  }

  /** Nothing of the server answers, and its connections stay open. */
  pause(): void {
    this.server.pause()
  }

  resume(): void {
    this.server.resume()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.databases.close()
    await this.superuser.end()
    await this.server.stop()
    this.folder[Symbol.dispose]()
  }
}

function onPostgres(database: Database): PostgresDatabase {
  if (database.kind !== 'postgresql') throw new Error('the fixture has opened another database')
  return database
}
