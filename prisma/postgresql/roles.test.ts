import { beforeAll, expect, it } from 'vitest'
import type { ProvidedDatabase } from '@brume/testing'
import type { Role } from './roleFiles.ts'
import { describeOnPostgres } from './server.fixture.ts'

const roles: Role[] = ['brume_auth', 'brume_ingest', 'brume_ledger', 'brume_ledger_append']
const DENIED = { code: '42501' }

describeOnPostgres('a role of PostgreSQL', (postgres) => {
  let place: ProvidedDatabase
  beforeAll(async () => {
    place = await postgres.provide()
    await postgres.open(place)
  })
  const ask = (role: Role, sql: string) => postgres.as(place, role, (client) => client.query(sql))

  it.each(roles)('reads no table of another service: %s', async (role) => {
    const own = role.split('_')[1]
    const tables = (await postgres.server.superuser(place.url.split('/').at(-1) ?? '', "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).split('\n')
    const others = tables.filter((table) => /^(auth|ingest|ledger)_/.test(table) && !table.startsWith(`${own}_`))
    expect(others.length).toBeGreaterThan(5)
    for (const table of others) for (const sql of [`SELECT 1 FROM ${table}`, `DELETE FROM ${table}`, `TRUNCATE ${table}`]) await expect(ask(role, sql), sql).rejects.toMatchObject(DENIED)
  })

  it.each(roles)('makes, changes and drops nothing, and grants itself nothing: %s', async (role) => {
    const own = role === 'brume_ledger_append' ? 'ledger_entries' : { brume_auth: 'auth_outbox', brume_ingest: 'ingest_outbox', brume_ledger: 'ledger_outbox', brume_migrator: '' }[role]
    const forbidden = [
      'CREATE TABLE mine (x int)', 'CREATE TEMPORARY TABLE mine (x int)', 'CREATE SCHEMA mine', `ALTER TABLE ${own} ADD COLUMN x int`, `DROP TABLE ${own}`, `ALTER TABLE ${own} DISABLE ROW LEVEL SECURITY`,
      'SET ROLE brume_migrator', 'CREATE ROLE intruder', `ALTER ROLE ${role} BYPASSRLS`, 'UPDATE "_prisma_migrations" SET checksum = \'x\'', 'UPDATE platform_deployment SET origin = \'x\'', 'DELETE FROM platform_deployment',
    ]
    for (const sql of forbidden) await expect(ask(role, sql), sql).rejects.toMatchObject({ code: expect.stringMatching(/^42501$/) })
    // A grant of what one does not hold is a warning and does nothing.
    await ask(role, `GRANT ALL ON ${own} TO PUBLIC`).catch(() => undefined)
    await expect(ask(role, `TRUNCATE ${own}`)).rejects.toMatchObject(DENIED)
  })

  it('of the ledger reads what it has taken in, and cannot write it', async () => {
    for (const table of ['ledger_entries', 'ledger_tiles', 'ledger_trees', 'ledger_entry_identities', 'ledger_leaf_index', 'ledger_chain_devices', 'ledger_chain_device_keys']) {
      await ask('brume_ledger', `SELECT * FROM ${table}`)
      for (const sql of [`INSERT INTO ${table} DEFAULT VALUES`, `DELETE FROM ${table}`]) await expect(ask('brume_ledger', sql), sql).rejects.toMatchObject(DENIED)
    }
  })

  it('to append adds entries and changes none, sees no sealed key, and no column more of a chain than it needs', async () => {
    await ask('brume_ledger_append', 'INSERT INTO ledger_entries (chain_no, index, envelope, leaf_hash, flags, accepted_at_ms) VALUES (1, 0, \'e\', \'h\', 0, 0)')
    await ask('brume_ledger_append', 'SELECT no, tenant_id, state, "partition" FROM ledger_chains')
    const forbidden = [
      'UPDATE ledger_entries SET flags = 1', 'DELETE FROM ledger_entries', 'UPDATE ledger_tiles SET level = 1', 'DELETE FROM ledger_tiles', 'UPDATE ledger_chain_devices SET device_id = \'x\'', 'UPDATE ledger_chain_device_keys SET jwk = \'x\'',
      'SELECT ledger_key_sealed FROM ledger_chains', 'SELECT writer_key_sealed FROM ledger_chains', 'SELECT * FROM ledger_chains', 'UPDATE ledger_chains SET state = \'ready\'', 'SELECT * FROM ledger_platform_keys',
      'SELECT * FROM ledger_outbox', 'DELETE FROM ledger_outbox', 'SELECT * FROM ledger_transactions', 'INSERT INTO ledger_checkpoints DEFAULT VALUES', 'SELECT * FROM ledger_idempotency',
    ]
    for (const sql of forbidden) await expect(ask('brume_ledger_append', sql), sql).rejects.toMatchObject(DENIED)
  })

  it('of the platform cannot log in elsewhere on the server', async () => {
    const other = await postgres.server.superuser('postgres', 'CREATE DATABASE other').then(() => ({ ...place, url: postgres.server.urlOf('other') }))
    await postgres.server.superuser('postgres', 'REVOKE ALL ON DATABASE other FROM PUBLIC')
    await expect(postgres.as(other, 'brume_auth', (client) => client.query('SELECT 1'))).rejects.toMatchObject(DENIED)
  })
})
