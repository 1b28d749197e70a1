import { hasPostgres } from '@brume/testing'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { appendNext, CHAIN, edgeOf, entryOf, OTHER_CHAIN, withEntries } from '../contract/appends.fixture.ts'
import { LedgerDatabase } from './ledgerDatabase.fixture.ts'
import { PostgresLedgerReader } from './postgresLedgerReader.ts'
import { PostgresLedgerStore } from './postgresLedgerStore.ts'

const PUBLIC_CHAIN = OTHER_CHAIN

describe.skipIf(!hasPostgres())('what each role sees and may do with a ledger, needs PostgreSQL', () => {
  let database: LedgerDatabase
  let append: pg.Pool
  let requests: pg.Pool

  beforeAll(async () => {
    database = await LedgerDatabase.start()
    append = database.ledger.append
    requests = database.poolOf('brume_ledger')
    await database.addChain(CHAIN, 'tenant-a', false)
    await database.addChain(PUBLIC_CHAIN, 'tenant-b', true)
    const tile = { level: 0, index: 0, hashes: Buffer.alloc(32, 1) }
    await appendNext(new PostgresLedgerStore(append), { ...withEntries([entryOf(CHAIN, 0), entryOf(PUBLIC_CHAIN, 0)]), tiles: [{ ...tile, chainNo: CHAIN }, { ...tile, chainNo: PUBLIC_CHAIN }] })
  })

  afterAll(async () => {
    await requests.end()
    await database[Symbol.asyncDispose]()
  })

  function readerOf(tenant: string): PostgresLedgerReader {
    return new PostgresLedgerReader(database.ledgerOf(tenant))
  }

  async function seen(reader: PostgresLedgerReader, chainNo: number) {
    const [edge, entry, entries, leaf, tile, accepted] = await Promise.all([
      reader.edge(chainNo), reader.entryAt(chainNo, 0), reader.entries(chainNo, 0, 9), reader.entryOfLeaf(chainNo, entryOf(chainNo, 0).leafHash), reader.tile(chainNo, 0, 0),
      reader.acceptedBefore(chainNo, 0, 9, Number.MAX_SAFE_INTEGER),
    ])
    return { edge, entry: entry?.index, entries: entries.length, leaf: leaf?.index, tile: tile?.length, accepted }
  }

  const all = (chainNo: number) => ({ edge: edgeOf(chainNo, 1), entry: 0, entries: 1, leaf: 0, tile: 32, accepted: 1 })
  const nothing = { edge: undefined, entry: undefined, entries: 0, leaf: undefined, tile: undefined, accepted: 0 }

  it('shows a tenant its own ledger and public ones, and of others nothing', async () => {
    expect(await seen(readerOf('tenant-a'), CHAIN)).toEqual(all(CHAIN))
    expect(await seen(readerOf('tenant-b'), CHAIN)).toEqual(nothing)
    expect(await seen(readerOf(''), CHAIN)).toEqual(nothing)
    for (const tenant of ['tenant-a', 'tenant-b', '']) expect(await seen(readerOf(tenant), PUBLIC_CHAIN)).toEqual(all(PUBLIC_CHAIN))
  })

  it('shows nothing to a transaction that does not say for whom', async () => {
    const forgetful = new PostgresLedgerReader({ read: (work) => work(requests) })
    expect(await seen(forgetful, CHAIN)).toEqual(nothing)
  })

  it.each([
    "UPDATE ledger_entries SET envelope = ''", 'UPDATE ledger_entries SET flags = 0', 'DELETE FROM ledger_entries', 'TRUNCATE ledger_entries',
    'DELETE FROM ledger_tiles', 'DELETE FROM ledger_trees', 'DELETE FROM ledger_leaf_index', 'UPDATE ledger_entry_identities SET "index" = 0', 'DELETE FROM ledger_log_offsets',
    "UPDATE ledger_chain_device_keys SET jwk = ''", 'UPDATE ledger_chain_devices SET chain_no = 9', 'SELECT ledger_key_sealed FROM ledger_chains', 'SELECT writer_key_sealed FROM ledger_chains',
    "UPDATE ledger_chains SET tenant_id = ''", 'SELECT sealed FROM ledger_platform_keys', 'DELETE FROM ledger_outbox', 'SELECT 1 FROM auth_devices', 'DROP TABLE ledger_entries',
  ])('refuses to the append path: %s', async (sql) => {
    await expect(append.query(sql)).rejects.toThrow(/permission denied|must be owner/)
  })

  it.each(['INSERT INTO ledger_entries SELECT * FROM ledger_entries', "UPDATE ledger_tiles SET hashes = ''", 'DELETE FROM ledger_entries', "UPDATE ledger_trees SET edge = ''"])('refuses to the ledger\'s requests: %s', async (sql) => {
    await expect(requests.query(sql)).rejects.toThrow(/permission denied/)
  })
})
