import { describe, expect, it } from 'vitest'
import { commonProblems } from './commonProblems.ts'
import { invalidRequest, problemOf } from './problemOf.ts'
import { defineProblems, kindsByCode } from './problems.ts'
import { problemsDoc } from './problemsPage.ts'

const row = { status: 409, title: 'A', whatToDo: 'B' }

describe('defineProblems', () => {
  it('refuses codes and statuses that make no answer', () => {
    expect(() => defineProblems('x', { Bad_Code: row })).toThrowErrorMatchingInlineSnapshot(`[Error: problem code "Bad_Code" must be lower-case words with hyphens: it is part of a path]`)
    expect(() => defineProblems('x', { fine: { ...row, status: 200 } })).toThrowErrorMatchingInlineSnapshot(`[Error: problem fine has status 200]`)
    expect(() => defineProblems('x', { fine: { ...row, status: 499 } })).toThrow('has status 499')
  })
})

describe('kindsByCode', () => {
  it('refuses one code in two tables', () => {
    const tables = [commonProblems, defineProblems('ledger', { 'not-found': row })]
    expect(() => kindsByCode(tables)).toThrowErrorMatchingInlineSnapshot(`[Error: problem not-found is defined by common and by ledger]`)
  })
})

describe('problemOf', () => {
  it('finds what SQLite said in an error of Prisma 7', () => {
    // As Prisma's createMany on better-sqlite3 threw it on a full database.
    const meta = { modelName: 'AuthIdempotency', driverAdapterError: { name: 'DriverAdapterError', cause: { originalCode: 'SQLITE_FULL', originalMessage: 'database or disk is full', kind: 'sqlite' } } }
    const error = Object.assign(new Error('Database error. Code: `SQLITE_FULL`.'), { name: 'PrismaClientKnownRequestError', code: 'P2039', meta })
    expect(problemOf(error)).toMatchObject({ kind: { code: 'storage-full' }, headers: { 'retry-after': '30' } })
  })

  it('logs the whole error where only a cause was known', () => {
    const error = new Error('insert failed', { cause: Object.assign(new Error('full'), { code: 'SQLITE_FULL' }) })
    expect(problemOf(error).cause).toBe(error)
  })

  it('ends on a circular chain of causes', () => {
    const error = new Error('a')
    error.cause = error
    expect(problemOf(error).kind.code).toBe('internal-error')
  })

  it.each([undefined, null, 'text', 7, { code: 'toString' }])('takes a thrown %j for our own failure', (thrown) => {
    expect(problemOf(thrown).kind.code).toBe('internal-error')
  })
})

describe('invalidRequest', () => {
  it('lists at most 20 issues and says how many there are', () => {
    const problem = invalidRequest(Array.from({ length: 1000 }, (_, n) => ({ message: 'is wrong', path: ['readings', n, { key: 'a/~b' }] })))
    expect(problem.extensions['issues']).toHaveLength(20)
    expect(problem.detail).toBe('#/readings/0/a~1~0b: is wrong (and 999 more)')
  })
})

describe('problemsDoc', () => {
  it('has a row for every problem', () => {
    const kinds = Object.values(commonProblems.kinds)
    for (const { code, status, title } of kinds) expect(problemsDoc(kinds)).toContain(`| \`${code}\` | ${status} | ${title} |`)
  })
})
