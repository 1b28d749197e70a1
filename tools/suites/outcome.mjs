/**
 * @typedef {{ passed: number, failed: number, skipped: number, remarks: string[] }} Outcome
 * @typedef {{ fullName: string, title: string, status: string }} Assertion
 * @typedef {{ testResults: { name: string, status: string, message?: string, assertionResults: Assertion[] }[] }} Report  vitest's JSON reporter
 */

/**
 * What a suite came to. Whatever went wrong outside of a test counts as one failure, so that a sum with `0 failed` means that all is well.
 *
 * @param {Report | undefined} report  undefined: none was written
 * @param {{ exitCode: number | null, maySkip: { test: string | RegExp, why: string }[] }} run  exit code null: killed
 * @returns {Outcome}
 */
export function outcomeOf(report, { exitCode, maySkip }) {
  if (!report) return { passed: 0, failed: 1, skipped: 0, remarks: [`no report; exit code ${exitCode}`] }
  const tests = report.testResults.flatMap((file) => file.assertionResults)
  const outcome = { passed: tests.filter(({ status }) => status === 'passed').length, failed: tests.filter(({ status }) => status === 'failed').length, skipped: 0, remarks: [] }
  for (const test of tests) if (test.status !== 'passed' && test.status !== 'failed') countSkip(outcome, test, maySkip)
  for (const file of report.testResults) if (brokenOutsideTests(file)) fail(outcome, `${file.name}: ${file.message ?? 'failed outside its tests'}`)
  if (outcome.passed + outcome.failed === 0) fail(outcome, 'no test ran')
  if (exitCode !== 0 && outcome.failed === 0) fail(outcome, `every test passed, but the exit code is ${exitCode}`)
  return outcome
}

const brokenOutsideTests = ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed')

function countSkip(outcome, { fullName, title }, maySkip) {
  const reason = maySkip.find(({ test }) => (typeof test === 'string' ? fullName.startsWith(test) || test === title : test.test(fullName)))
  if (!reason) return fail(outcome, `skipped without a reason: ${fullName}`)
  outcome.skipped++
  outcome.remarks.push(`skipped: ${fullName}: ${reason.why}`)
}

function fail(outcome, remark) {
  outcome.failed++
  outcome.remarks.push(remark)
}

/** @param {Outcome[]} outcomes */
export function sumLine(outcomes) {
  const sum = (name) => outcomes.reduce((total, outcome) => total + outcome[name], 0)
  return `${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`
}
