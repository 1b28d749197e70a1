// Prisma's schema engine as WebAssembly: its own CLI wants a native one, which would have to be downloaded.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'
import * as glue from '@prisma/schema-engine-wasm/schema_engine_bg'

const wasmFile = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm').replace(/schema_engine\.js$/, 'schema_engine_bg.wasm')
const { instance } = await WebAssembly.instantiate(readFileSync(wasmFile), { './schema_engine_bg.js': glue })
glue.__wbg_set_wasm(instance.exports)
instance.exports.__wbindgen_start()

/** SQL that leads from what the migrations make of an empty database to what the models say; '' when that is the same. */
export async function difference({ provider, schemaFiles, migrationsDir, migrations, adapter }) {
  const engine = await engineFor(schemaFiles, adapter)
  const { stdout } = await engine.diff({
    from: { tag: 'migrations', ...migrationList(provider, migrationsDir, migrations) },
    to: { tag: 'schemaDatamodel', files: schemaFiles },
    script: true,
    exitCode: null,
    filters: NO_FILTERS,
  })
  return /^\s*(-- This is an empty migration\.)?\s*$/.test(stdout) ? '' : stdout
}

/** What `prisma migrate status` asks about a database; `history` is null when it is in sync and up to date. */
export async function diagnose({ provider, schemaFiles, migrationsDir, migrations, adapter }) {
  const engine = await engineFor(schemaFiles, adapter)
  return engine.diagnoseMigrationHistory({ migrationsList: migrationList(provider, migrationsDir, migrations), optInToShadowDatabase: false, filters: NO_FILTERS })
}

const NO_FILTERS = { externalTables: [], externalEnums: [] }

function engineFor(schemaFiles, adapter) {
  return glue.SchemaEngine.new({ datamodels: schemaFiles.map(({ path, content }) => [path, content]) }, () => {}, bindMigrationAwareSqlAdapterFactory(adapter))
}

function migrationList(provider, baseDir, migrations) {
  return {
    baseDir,
    lockfile: { path: 'migration_lock.toml', content: `provider = "${provider}"\n` },
    shadowDbInitScript: '',
    migrationDirectories: migrations.map(({ name, sql }) => ({ path: name, migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: sql } } })),
  }
}
