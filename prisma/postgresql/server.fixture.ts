/** For tests: one server for a file of tests, and a database of its own for whoever asks. */
import { hasPostgres, PostgresServer, TemporaryFolder, type ProvidedDatabase } from '@brume/testing'
import { cpSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe } from 'vitest'
import type { ServiceName } from '@brume/config'
import { openDatabases, type Databases, type WaitOptions } from '../index.ts'
import { parsePostgresUrl } from './address.ts'
import { connectionOf } from './pool.ts'
import { RoleFiles, type Role } from './roleFiles.ts'

const everyService: ServiceName[] = ['auth', 'ingest', 'ledger']

export class TestServer {
  private running: PostgresServer | undefined
  private count = 0
  private readonly opened: { close(): Promise<void> }[] = []

  constructor(readonly folder: string, private readonly settings: Record<string, string>) {}

  get server(): PostgresServer {
    if (this.running === undefined) throw new Error('the server is not started')
    return this.running
  }

  async start(port?: number): Promise<void> {
    this.running = await PostgresServer.start({ dataDir: join(this.folder, 'server'), port, settings: this.settings })
  }

  async stop(): Promise<void> {
    await Promise.all(this.opened.map((database) => database.close().catch(() => undefined)))
    await this.running?.stop()
  }

  /** An empty database. */
  provide(): Promise<ProvidedDatabase> {
    return this.server.provision(`test_${++this.count}`)
  }

  async open(place: ProvidedDatabase, services: readonly ServiceName[] = everyService, wait: WaitOptions = {}): Promise<Databases> {
    const databases = await openDatabases({ databaseUrl: place.url, databaseRoles: place.rolesDir, databaseConnections: 4, services }, wait)
    this.opened.push(databases)
    return databases
  }

  /** A copy of the roles' files without some of them. */
  rolesWithout({ rolesDir }: ProvidedDatabase, ...missing: Role[]): string {
    const copy = join(this.folder, `roles-${++this.count}`)
    cpSync(rolesDir, copy, { recursive: true })
    for (const role of missing) rmSync(join(copy, role))
    return copy
  }

  /** Logged in as a role, past everything that Brume does. */
  async as<T>({ url, rolesDir }: ProvidedDatabase, role: Role, work: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = new pg.Client(connectionOf(parsePostgresUrl(url), new RoleFiles(rolesDir).get(role)))
    await client.connect()
    try {
      return await work(client)
    } finally {
      await client.end()
    }
  }
}

/** A suite that needs a server; left out, with its reason in the title, where there is none. */
export function describeOnPostgres(name: string, tests: (postgres: TestServer) => void, settings: Record<string, string> = { fsync: 'off' }): void {
  describe.skipIf(!hasPostgres())(`needs PostgreSQL: ${name}`, () => {
    const folder = new TemporaryFolder()
    const postgres = new TestServer(folder.path, settings)
    beforeAll(() => postgres.start())
    afterAll(async () => {
      await postgres.stop()
      folder[Symbol.dispose]()
    })
    tests(postgres)
  })
}

export function passwordOf({ rolesDir }: ProvidedDatabase, role: Role): string {
  return readFileSync(join(rolesDir, role), 'utf8')
}
