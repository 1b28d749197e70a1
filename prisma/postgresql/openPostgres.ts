import type { ServiceName } from '@brume/config'
import type { Databases, PostgresDatabase } from '../database.ts'
import { parsePostgresUrl, type PostgresAddress } from './address.ts'
import { makePool } from './pool.ts'
import { ServiceDatabase } from './postgresDatabase.ts'
import { RoleFiles, type Credentials } from './roleFiles.ts'
import { makeClient } from './scopedClient.ts'
import { StartUp } from './startUp.ts'

export interface PostgresOptions {
  readonly databaseUrl: string
  /** Folder of the files with the roles' passwords. */
  readonly databaseRoles?: string
  /** Which services this process runs: it opens their roles and no others. */
  readonly services: readonly ServiceName[]
  /** Most connections of one service; the append path has half as many beside. */
  readonly connections?: number
  readonly onWait?: (line: string) => void
  readonly limitMs?: number
}

/** Waits for the server and for the schema, which the first process that may migrates, then opens each service's database under its own role. */
export async function openPostgres({ databaseUrl, databaseRoles, services, connections = 8, onWait = () => undefined, limitMs = 60_000 }: PostgresOptions): Promise<Databases> {
  const address = parsePostgresUrl(databaseUrl)
  const files = new RoleFiles(databaseRoles)
  const roles = services.map((service) => ({ service, ...rolesOf(service, files) }))
  await prepareSchema(new StartUp({ address, onWait, limitMs }), files, roles.flatMap(({ own, append }) => (append ? [own, append] : [own])))
  const opened = new Map(roles.map((role) => [role.service, openService(address, role, connections)]))
  const of = (service: ServiceName): PostgresDatabase => {
    const database = opened.get(service)
    if (database === undefined) throw new Error(`this process does not run ${service}, and has no role for its tables`)
    return database
  }
  return {
    get auth() { return of('auth') },
    get ingest() { return of('ingest') },
    get ledger() { return of('ledger') },
    close: async () => void (await Promise.all([...opened.values()].map((database) => database.close()))),
  }
}

interface ServiceRoles {
  readonly own: Credentials
  readonly append: Credentials | undefined
}

function rolesOf(service: ServiceName, files: RoleFiles): ServiceRoles {
  return { own: files.get(`brume_${service}`), append: service === 'ledger' ? files.get('brume_ledger_append') : undefined }
}

async function prepareSchema(startUp: StartUp, files: RoleFiles, roles: readonly Credentials[]): Promise<void> {
  for (const credentials of roles) await startUp.reach(credentials)
  const migrator = files.find('brume_migrator')
  if (migrator !== undefined) await startUp.migrate(migrator)
  else if (roles[0] !== undefined) await startUp.awaitSchema(roles[0])
}

function openService(address: PostgresAddress, { own, append }: ServiceRoles, connections: number): PostgresDatabase {
  const pool = makePool({ address, credentials: own, connections, pipeline: true })
  const appendPool = append && makePool({ address, credentials: append, connections: Math.max(1, Math.ceil(connections / 2)), pipeline: true })
  return new ServiceDatabase({ client: makeClient(pool), pool, appendPool })
}
