import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { OperatorError } from '@brume/config'
import { migrationsOf } from '../migrations.ts'
import { DatabaseSettingsError, placeOf, type PostgresAddress } from './address.ts'
import { isPassing, sqlStateOf } from './failures.ts'
import { firstMissing, migratePostgres } from './migratePostgres.ts'
import { connectionOf } from './pool.ts'
import type { Credentials } from './roleFiles.ts'

/** The database did not come up in time, or its schema did not. */
export class DatabaseNotReady extends OperatorError {
  override name = 'DatabaseNotReady'
}

export interface StartUpOptions {
  readonly address: PostgresAddress
  /** Told what the start waits for, once each. */
  readonly onWait: (line: string) => void
  /** Longest wait for everything, ms. */
  readonly limitMs: number
}

const LOOK_EVERY_MS = 200
/** Changes of a schema may take longer than a request may. */
const MIGRATION_STATEMENT_MS = 600_000

/** Waits for a server that is not there yet; refuses at once what waiting does not mend. */
export class StartUp {
  private readonly endMs: number
  private readonly told = new Set<string>()

  constructor(private readonly options: StartUpOptions) {
    this.endMs = performance.now() + options.limitMs
  }

  /** Returns once the role can log in. */
  async reach(credentials: Credentials): Promise<void> {
    await this.until(() => this.withClient(credentials, async () => true))
  }

  /** Brings the schema to this program's version; several processes may, one does. */
  async migrate(credentials: Credentials): Promise<void> {
    await this.until(() => this.withClient(credentials, async (client) => {
      if ((await migratePostgres(client, migrationsOf('postgresql'))) !== undefined) return true
      this.tell(`waiting for another process that migrates ${placeOf(this.options.address)}`)
      return false
    }, MIGRATION_STATEMENT_MS))
  }

  /** Waits until somebody who may has brought the schema to this program's version. */
  async awaitSchema(credentials: Credentials): Promise<void> {
    await this.until(() => this.withClient(credentials, async (client) => {
      const missing = await firstMissing(client, migrationsOf('postgresql'))
      if (missing !== undefined) this.tell(`waiting for the schema of ${placeOf(this.options.address)}: migration ${missing} is not applied yet; a process that has the file brume_migrator in DATABASE_ROLES applies it`)
      return missing === undefined
    }))
  }

  private async until(look: () => Promise<boolean>): Promise<void> {
    while (!(await look())) {
      if (performance.now() > this.endMs) throw new DatabaseNotReady(`${[...this.told].at(-1) ?? placeOf(this.options.address)}: not within ${this.options.limitMs / 1_000} s`)
      await pause(LOOK_EVERY_MS)
    }
  }

  private tell(line: string): void {
    if (this.told.has(line)) return
    this.told.add(line)
    this.options.onWait(line)
  }

  /** False when the server is not there, or not yet. */
  private async withClient(credentials: Credentials, work: (client: pg.Client) => Promise<boolean>, statementMs?: number): Promise<boolean> {
    const limits = statementMs === undefined ? {} : { statement_timeout: statementMs, query_timeout: statementMs }
    const client = new pg.Client({ ...connectionOf(this.options.address, credentials), ...limits })
    client.on('error', () => undefined) // the query that is under way fails with it
    try {
      await client.connect()
      return await work(client)
    } catch (error) {
      throwRefusal(error, this.options.address, credentials)
      this.tell(`waiting for ${placeOf(this.options.address)}: ${error instanceof Error ? error.message || String(Reflect.get(error, 'code')) : String(error)}`)
      return false
    } finally {
      await client.end().catch(() => undefined)
    }
  }
}

/** One line for what the operator must mend; nothing for what passes. */
function throwRefusal(error: unknown, address: PostgresAddress, { role }: Credentials): void {
  const state = sqlStateOf(error)
  if (state === '28P01' || state === '28000') throw new DatabaseSettingsError(`${placeOf(address)} refuses role ${role}: put its password into the file ${role} of DATABASE_ROLES, or make the role anew with prisma/postgresql/roles.sql`)
  if (state === '3D000') throw new DatabaseSettingsError(`${placeOf(address)} does not exist: make it with prisma/postgresql/roles.sql, or correct DATABASE_URL`)
  if (state === '42501') throw new DatabaseSettingsError(`${placeOf(address)} does not let role ${role} do what it must: grant it with prisma/postgresql/roles.sql`)
  if (!isPassing(error)) throw error
}
