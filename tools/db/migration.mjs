// Writes or checks migrations: `node tools/db/migration.mjs --name add_x` writes prisma/sqlite/migrations/<stamp>_add_x/migration.sql
// from what the models say beyond the checked-in migrations; `--check` fails when there is such a difference.
// Prisma's own CLI wants a native schema engine; the same engine as WebAssembly needs no download.
import '../node-guard.cjs'
import { readFileSync, readdirSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3'
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'
import * as glue from '@prisma/schema-engine-wasm/schema_engine_bg'

const root = new URL('../../', import.meta.url)
const wasmFile = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm').replace(/schema_engine\.js$/, 'schema_engine_bg.wasm')
const { instance } = await WebAssembly.instantiate(readFileSync(wasmFile), { './schema_engine_bg.js': glue })
glue.__wbg_set_wasm(instance.exports)
instance.exports.__wbindgen_start()

const schemaFiles = [new URL('prisma/sqlite/schema.prisma', root), ...readdirSync(new URL('prisma/models/', root)).sort().map((f) => new URL(`prisma/models/${f}`, root))]
const files = schemaFiles.map((url) => ({ path: url.pathname, content: readFileSync(url, 'utf8') }))
const migrationsDir = new URL('prisma/sqlite/migrations/', root)
const migrations = readdirSync(migrationsDir, { withFileTypes: true }).filter((d) => d.isDirectory()).map((d) => d.name).sort()
  .map((name) => ({ path: name, migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: readFileSync(new URL(`${name}/migration.sql`, migrationsDir), 'utf8') } } }))

/** The engine hands whole scripts to executeRaw, which prepares one statement only; a script goes to `exec`. */
class ScriptableSqlite extends PrismaBetterSqlite3 {
  async connectToShadowDb() {
    const adapter = await super.connectToShadowDb()
    const executeRaw = adapter.executeRaw.bind(adapter)
    adapter.executeRaw = (query) => (query.args.length === 0 ? adapter.executeScript(query.sql).then(() => 0) : executeRaw(query))
    return adapter
  }
}

const engine = await glue.SchemaEngine.new({ datamodels: files.map((f) => [f.path, f.content]) }, () => {}, bindMigrationAwareSqlAdapterFactory(new ScriptableSqlite({ url: ':memory:' })))
const { stdout } = await engine.diff({
  from: { tag: 'migrations', baseDir: migrationsDir.pathname, lockfile: { path: 'migration_lock.toml', content: 'provider = "sqlite"\n' }, shadowDbInitScript: '', migrationDirectories: migrations },
  to: { tag: 'schemaDatamodel', files },
  script: true,
  exitCode: null,
  filters: { externalTables: [], externalEnums: [] },
})
const empty = /^\s*(-- This is an empty migration\.)?\s*$/.test(stdout)

const name = process.argv[process.argv.indexOf('--name') + 1]
if (process.argv.includes('--check')) {
  if (!empty) {
    console.error(`The models say more than the migrations:\n${stdout}\nWrite it with: node tools/db/migration.mjs --name <what_it_does>`)
    process.exit(1)
  }
  console.log('migrations agree with the models')
} else if (!process.argv.includes('--name') || !/^[a-z0-9_]+$/.test(name ?? '')) {
  console.error('usage: node tools/db/migration.mjs --name <what_it_does> | --check')
  process.exit(2)
} else if (empty) {
  console.log('nothing to migrate')
} else {
  const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14)
  const dir = new URL(`${stamp}_${name}/`, migrationsDir)
  mkdirSync(dir, { recursive: true })
  writeFileSync(new URL('migration.sql', dir), stdout)
  if (!existsSync(new URL('migration_lock.toml', migrationsDir))) writeFileSync(new URL('migration_lock.toml', migrationsDir), 'provider = "sqlite"\n')
  console.log(`wrote ${stamp}_${name}`)
}
