import Database from 'better-sqlite3'
import { beforeEach, describe, expect, it } from 'vitest'
import { uuidv7Ids } from '@brume/config'
import type { IdempotencyRow, IdempotencyRows, IdempotentRequest, StoredResponse } from './idempotency.ts'
import { Idempotency } from './idempotency.ts'
import { Problem } from './problems.ts'

type Tx = Database.Database
type Stored = Omit<IdempotencyRow, 'response'> & { readonly response: string | null }

/** The statements as a repository would write them, on a real database. */
function sqliteRows(db: Tx): IdempotencyRows<Tx> {
  db.exec('CREATE TABLE keys (id TEXT PRIMARY KEY, tenantId TEXT, fingerprint TEXT, owner TEXT, leaseUntilMs INT, expiresAtMs INT, response TEXT)')
  const changed = (sql: string, ...values: unknown[]): boolean => db.prepare(sql).run(...values).changes === 1
  return {
    insert: async (row) => changed('INSERT INTO keys VALUES (?, ?, ?, ?, ?, ?, NULL) ON CONFLICT DO NOTHING', row.id, row.tenantId, row.fingerprint, row.owner, row.leaseUntilMs, row.expiresAtMs),
    find: async (id) => {
      const row = db.prepare<[string], Stored>('SELECT * FROM keys WHERE id = ?').get(id)
      return row && { ...row, response: row.response === null ? null : (JSON.parse(row.response) as StoredResponse) } // Written by `complete` below.
    },
    takeOver: async (row, was) =>
      changed('UPDATE keys SET owner = ?, leaseUntilMs = ?, expiresAtMs = ? WHERE id = ? AND owner = ? AND response IS NULL', row.owner, row.leaseUntilMs, row.expiresAtMs, row.id, was),
    complete: async (tx, id, owner, response) => tx.prepare('UPDATE keys SET response = ? WHERE id = ? AND owner = ? AND response IS NULL').run(JSON.stringify(response), id, owner).changes === 1,
    release: async (id, owner) => void changed('DELETE FROM keys WHERE id = ? AND owner = ? AND response IS NULL', id, owner),
    removeExpired: async (nowMs, limit) => void db.prepare('DELETE FROM keys WHERE id IN (SELECT id FROM keys WHERE expiresAtMs <= ? LIMIT ?)').run(nowMs, limit),
    count: async (tenantId, limit) => db.prepare<[string, number], { n: number }>('SELECT COUNT(*) AS n FROM (SELECT 1 FROM keys WHERE tenantId = ? LIMIT ?)').get(tenantId, limit)?.n ?? 0,
  }
}

let db: Tx
let nowMs: number
let idempotency: Idempotency<Tx>
let runs: number
beforeEach(() => {
  db = new Database(':memory:')
  db.exec('CREATE TABLE chains (name TEXT)')
  nowMs = 0
  runs = 0
  idempotency = new Idempotency({ rows: sqliteRows(db), clock: { now: () => nowMs }, newId: uuidv7Ids(), mostRows: 3 })
})

const request: IdempotentRequest = { tenantId: 't', method: 'POST', path: '/v1/chains', key: 'k', payload: { name: 'a' } }
const chains = () => db.prepare('SELECT name FROM chains').all().length

/** Makes a chain and stores the answer in one transaction; `before` runs inside the work, ahead of the transaction. */
function create(change: Partial<IdempotentRequest> = {}, before: () => Promise<void> = async () => undefined): Promise<StoredResponse> {
  return idempotency.run({ ...request, ...change }, async (record) => {
    await before()
    db.exec('BEGIN IMMEDIATE')
    try {
      db.exec("INSERT INTO chains VALUES ('a')")
      const answer = await record(db, { status: 202, body: { run: (runs += 1) } })
      db.exec('COMMIT')
      return answer
    } catch (error) {
      db.exec('ROLLBACK')
      throw error
    }
  })
}

async function code(work: Promise<unknown>): Promise<string> {
  const error = await work.then(() => undefined, (thrown: unknown) => thrown)
  return error instanceof Problem ? error.kind.code : `not a problem: ${String(error)}`
}

describe('Idempotency', () => {
  it('does the work once and answers the same again', async () => {
    expect(await create()).toEqual({ status: 202, body: { run: 1 } })
    expect(await create()).toEqual({ status: 202, body: { run: 1 } })
    expect(chains()).toBe(1)
  })

  it('runs each time without a key', async () => {
    await create({ key: undefined })
    expect(await create({ key: undefined })).toEqual({ status: 202, body: { run: 2 } })
  })

  it('refuses another payload under the same key', async () => {
    await create()
    expect(await code(create({ payload: { name: 'b' } }))).toBe('idempotency-key-reused')
  })

  it.each([{ tenantId: 'u' }, { method: 'PUT' }, { path: '/v1/devices' }, { key: 'l' }])('takes %j for another request', async (change) => {
    await create()
    expect(await create(change)).toEqual({ status: 202, body: { run: 2 } })
  })

  it('refuses the same request while it runs', async () => {
    let second = ''
    await create({}, async () => {
      second = await code(create())
    })
    expect(second).toBe('idempotency-key-running')
    expect(chains()).toBe(1)
  })

  it('forgets work that failed, so that it can be tried again', async () => {
    await expect(create({}, () => Promise.reject(new Error('engine is down')))).rejects.toThrow('engine is down')
    expect(await create()).toEqual({ status: 202, body: { run: 1 } })
  })

  it('lets the next try take over after a crash, and rolls back a run that was only slow', async () => {
    const slow = code(
      create({}, async () => {
        nowMs = 60_000
        expect(await create()).toEqual({ status: 202, body: { run: 1 } })
      }),
    )
    expect(await slow).toBe('idempotency-key-running')
    expect(chains()).toBe(1)
    expect(await create()).toEqual({ status: 202, body: { run: 1 } })
  })

  it('keeps an answer for 24 hours', async () => {
    await create()
    nowMs = 86_399_999
    expect(await create()).toEqual({ status: 202, body: { run: 1 } })
    nowMs = 86_400_000
    expect(await create()).toEqual({ status: 202, body: { run: 2 } })
  })

  it('bounds the rows of a tenant, not of its neighbours', async () => {
    for (const key of ['a', 'b', 'c']) await create({ key })
    expect(await code(create({ key: 'd' }))).toBe('too-many-requests')
    expect(await create({ key: 'a' })).toEqual({ status: 202, body: { run: 1 } })
    expect((await create({ key: 'd', tenantId: 'u' })).status).toBe(202)
    nowMs = 86_400_000
    expect((await create({ key: 'd' })).status).toBe(202)
  })
})
