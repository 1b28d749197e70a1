// Writes or checks migrations, for both databases: `node tools/db/migration.mjs --name add_x` writes prisma/<database>/migrations/<stamp>_add_x/migration.sql
// from what the models say beyond the checked-in migrations; `--check` fails when there is such a difference.
// Grants, policies and the like stand in no model: write them into the migration by hand. Needs `node tools/prepare.mjs libs/testing` before.
import '../node-guard.cjs'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { databases } from './databases.mjs'
import { difference } from './schemaEngine.mjs'

const name = process.argv[process.argv.indexOf('--name') + 1]
if (process.argv.includes('--check')) await forEachDatabase(check)
else if (process.argv.includes('--name') && /^[a-z0-9_]+$/.test(name ?? '')) await forEachDatabase(write)
else {
  console.error('usage: node tools/db/migration.mjs --name <what_it_does> | --check')
  process.exitCode = 2
}

async function forEachDatabase(judge) {
  for (const database of databases) {
    const sql = await database.withShadow((adapter) => difference({ ...database, adapter }))
    if (sql === undefined) leftOut(database)
    else judge(database, sql)
  }
}

/** Loud, because models and migrations may disagree unseen; a failure when something was to be written. */
function leftOut({ provider }) {
  console.error(`LEFT OUT: the migrations of ${provider}. It is not installed here: apt-get install postgresql`)
  if (!process.argv.includes('--check')) process.exitCode = 1
}

function check({ provider }, sql) {
  if (sql === '') return console.log(`${provider}: migrations agree with the models`)
  console.error(`${provider}: the models say more than the migrations:\n${sql}\nWrite it with: node tools/db/migration.mjs --name <what_it_does>`)
  process.exitCode = 1
}

function write({ provider, migrationsDir }, sql) {
  if (sql === '') return console.log(`${provider}: nothing to migrate`)
  const folder = join(migrationsDir, `${new Date().toISOString().replace(/\D/g, '').slice(0, 14)}_${name}`)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'migration.sql'), sql)
  const lock = join(migrationsDir, 'migration_lock.toml')
  if (!existsSync(lock)) writeFileSync(lock, `provider = "${provider}"\n`)
  console.log(`wrote ${folder}`)
}
