import { hasPostgres } from '@brume/testing'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { byteaArray, int4Array, int8Array, textArray } from './binaryArrays.ts'
import { LedgerDatabase } from './ledgerDatabase.fixture.ts'

describe('int8 arrays', () => {
  it.each([-1, 0.5, 2 ** 53, Number.NaN])('refuse %s, which would arrive as another number', (value) => {
    expect(() => int8Array([value])).toThrow(RangeError)
  })
})

describe.skipIf(!hasPostgres())('arrays in binary, needs PostgreSQL', () => {
  let database: LedgerDatabase
  let pool: pg.Pool

  beforeAll(async () => {
    database = await LedgerDatabase.start()
    pool = database.superuser
  })

  afterAll(() => database[Symbol.asyncDispose]())

  async function readBack(type: string, array: Buffer): Promise<unknown[]> {
    const { rows } = await pool.query(`SELECT value FROM unnest($1::${type}[]) WITH ORDINALITY AS n (value, position) ORDER BY position`, [array])
    return rows.map(({ value }) => value)
  }

  it('arrive as the numbers, bytes and texts that were sent', async () => {
    const int4s = [0, 1, -1, 2 ** 31 - 1, -(2 ** 31)]
    expect(await readBack('int4', int4Array(int4s))).toEqual(int4s)
    const int8s = [0, 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 48 - 1, Number.MAX_SAFE_INTEGER]
    expect(await readBack('int8', int8Array(int8s))).toEqual(int8s.map(String))
    const bytes = [Buffer.alloc(0), Buffer.from([0, 92, 34, 255]), Buffer.alloc(70_000, 7)]
    expect(await readBack('bytea', byteaArray(bytes))).toEqual(bytes)
    const texts = ['', 'NULL', '{"a",\\}', 'Zürich 🐝']
    expect(await readBack('text', textArray(texts))).toEqual(texts)
  })

  it('are no rows when they are empty', async () => {
    expect(await readBack('int4', int4Array([]))).toEqual([])
    expect(await readBack('text', textArray([]))).toEqual([])
  })
})
