import { describe, expect, it } from 'vitest'
import { outcomeOf, sumLine } from './outcome.mjs'

const test = (status: string, title = status) => ({ title, fullName: `suite ${title}`, status })
const file = (status: string, ...assertionResults: ReturnType<typeof test>[]) => ({ name: 'a.test.ts', status, assertionResults })
const good = { exitCode: 0, maySkip: [] }

describe('what a suite came to', () => {
  it('is the sum of its tests', () => {
    const outcome = outcomeOf({ testResults: [file('failed', test('passed'), test('failed')), file('passed', test('passed'))] }, { ...good, exitCode: 1 })
    expect(outcome).toEqual({ passed: 2, failed: 1, skipped: 0, remarks: [] })
  })

  it('counts a skip that has a reason, and says it', () => {
    const maySkip = [{ test: 'of others', why: 'runs as root' }]
    const outcome = outcomeOf({ testResults: [file('passed', test('passed'), test('skipped', 'of others'))] }, { ...good, maySkip })
    expect(outcome).toEqual({ passed: 1, failed: 0, skipped: 1, remarks: ['skipped: suite of others: runs as root'] })
  })

  it.each(['skipped', 'pending', 'todo', 'disabled'])('is a failure when a test is %s without a reason', (status) => {
    expect(outcomeOf({ testResults: [file('passed', test('passed'), test(status))] }, good)).toMatchObject({ passed: 1, failed: 1, skipped: 0 })
  })

  it.each([
    ['there is no report', undefined, 0],
    ['no test ran', { testResults: [] }, 0],
    ['every test was skipped', { testResults: [file('passed', test('skipped'))] }, 0],
    ['a file could not be read', { testResults: [file('failed'), file('passed', test('passed'))] }, 1],
    ['an error came after the tests', { testResults: [file('passed', test('passed'))] }, 1],
    ['it was killed', { testResults: [file('passed', test('passed'))] }, null],
  ])('is a failure when %s', (_case, report, exitCode) => {
    expect(outcomeOf(report, { ...good, exitCode }).failed).toBeGreaterThan(0)
  })

  it('ends as one line', () => {
    const outcome = { passed: 2, failed: 1, skipped: 3, remarks: [] }
    expect(sumLine([outcome, outcome])).toBe('4 passed, 2 failed, 6 skipped')
  })
})
