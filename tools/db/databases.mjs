// The two databases that the one set of models is kept in, each with a throwaway one to replay its migrations in.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3'
import { PrismaPg } from '@prisma/adapter-pg'

const root = new URL('../../', import.meta.url)

export const databases = [describe('sqlite', withSqlite), describe('postgresql', withPostgres)]

/** `withShadow(work)` calls `work(adapter)`; it answers undefined when this machine cannot have such a database. */
function describe(provider, withShadow) {
  const directory = new URL(`prisma/${provider}/migrations/`, root)
  const models = readdirSync(new URL('prisma/models/', root)).sort().map((file) => new URL(`prisma/models/${file}`, root))
  const schemaFiles = [new URL(`prisma/${provider}/schema.prisma`, root), ...models].map((url) => ({ path: url.pathname, content: readFileSync(url, 'utf8') }))
  const names = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name).sort()
  const migrations = names.map((name) => ({ name, sql: readFileSync(new URL(`${name}/migration.sql`, directory), 'utf8') }))
  return { provider, schemaFiles, migrationsDir: fileURLToPath(directory), migrations, withShadow }
}

/** The engine hands whole scripts to executeRaw, which prepares one statement only; a script goes to `exec`. */
class ScriptableSqlite extends PrismaBetterSqlite3 {
  async connectToShadowDb() {
    const adapter = await super.connectToShadowDb()
    const executeRaw = adapter.executeRaw.bind(adapter)
    adapter.executeRaw = (query) => (query.args.length === 0 ? adapter.executeScript(query.sql).then(() => 0) : executeRaw(query))
    return adapter
  }
}

function withSqlite(work) {
  return work(new ScriptableSqlite({ url: ':memory:' }))
}

const PG_CHAR = 18
const PG_BPCHAR = 1042

/** The catalogue has columns of PostgreSQL's one-byte type "char", which the adapter does not know: they are handed on as characters. */
class CatalogueReadingPg extends PrismaPg {
  async connectToShadowDb() {
    const adapter = await super.connectToShadowDb()
    const performIO = adapter.performIO.bind(adapter)
    adapter.performIO = async (query) => {
      const result = await performIO(query)
      const fields = result.fields.map((field) => (field.dataTypeID === PG_CHAR ? { name: field.name, dataTypeID: PG_BPCHAR } : field))
      return { rows: result.rows, rowCount: result.rowCount, fields }
    }
    // The adapter parts scripts at every semicolon, also inside comments and function bodies; the server parses them whole.
    adapter.executeScript = async (script) => void (await adapter.client.query(script))
    return adapter
  }
}

/** A server of its own with the roles that the migrations name. */
async function withPostgres(work) {
  const { hasPostgres, PostgresServer } = await import('@brume/testing')
  if (!hasPostgres()) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'brume-shadow-'))
  const server = await PostgresServer.start({ dataDir: folder, settings: { fsync: 'off' } })
  try {
    await server.provision('shadow')
    return await work(new CatalogueReadingPg(server.superuserUrl('shadow')))
  } finally {
    await server.stop()
    rmSync(folder, { recursive: true })
  }
}
