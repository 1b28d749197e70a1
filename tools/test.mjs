// `npm test`: brings the build up to date, runs every suite of tools/suites/suites.mjs and ends with `N passed, N failed, N skipped`.
// `npm test -- parts e2e` runs only these.
import './node-guard.cjs'
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { outcomeOf, sumLine } from './suites/outcome.mjs'
import { suites } from './suites/suites.mjs'

const END_LIMIT_MS = 20_000
const inCi = process.env.CI === 'true'
process.chdir(fileURLToPath(new URL('..', import.meta.url)))
const chosen = chooseSuites(process.argv.slice(2))
if (spawnSync(process.execPath, ['tools/prepare.mjs'], { stdio: ['ignore', 'inherit', 'inherit'] }).status !== 0) finish([{ passed: 0, failed: 1, skipped: 0, remarks: ['the build failed'] }])
const reports = mkdtempSync(join(tmpdir(), 'brume-test-'))
process.once('exit', () => rmSync(reports, { recursive: true, force: true }))

const outcomes = []
for (const suite of chosen) outcomes.push(await runSuite(suite))
finish(outcomes)

function chooseSuites(names) {
  const unknown = names.filter((name) => !suites.some((suite) => suite.name === name))
  if (unknown.length > 0) {
    console.error(`no such suite: ${unknown.join(', ')}; there are: ${suites.map(({ name }) => name).join(', ')}`)
    process.exit(2)
  }
  return suites.filter(({ name }) => names.length === 0 || names.includes(name))
}

async function runSuite(suite) {
  const start = performance.now()
  console.log(`\n=== ${suite.name}: ${suite.what}`)
  const missing = suite.cloud ? await missingForCloud() : []
  if (missing.length > 0) return leftOut(suite, missing)
  const reportFile = join(reports, `${suite.name}.json`)
  const exitCode = await run([...suite.command, '--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`], suite.limitMs)
  const report = existsSync(reportFile) ? JSON.parse(readFileSync(reportFile, 'utf8')) : undefined
  const outcome = outcomeOf(report, { exitCode, maySkip: suite.maySkip.filter(({ notInCi }) => !(notInCi && inCi)) })
  for (const remark of outcome.remarks) console.log(`${suite.name}: ${remark}`)
  console.log(`=== ${suite.name}: ${sumLine([outcome])} in ${Math.round((performance.now() - start) / 1000)} s`)
  return outcome
}

/** Asked of the build, which stands by now. */
async function missingForCloud() {
  const { missingPrograms } = await import('@brume/cloud')
  return missingPrograms()
}

/** Never silently: a developer without the programs goes on, CI has failed. */
function leftOut({ name, what }, missing) {
  console.log([`!!! ${name} ${inCi ? 'cannot run' : 'IS LEFT OUT'}: ${what}`, ...missing.map((line) => `!!!   ${line}`)].join('\n'))
  return { passed: 0, failed: inCi ? 1 : 0, skipped: inCi ? 0 : 1, remarks: [] }
}

/** The exit code, or null when it was killed. A group of its own, so that nothing it started outlives its limit. */
function run(command, limitMs) {
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'inherit', 'inherit'], detached: true })
  const kill = () => process.kill(-child.pid, 'SIGKILL')
  /** Brokers and databases that a suite has started are to end with it: it is asked first. */
  const end = () => {
    process.kill(-child.pid, 'SIGTERM')
    setTimeout(kill, END_LIMIT_MS).unref()
  }
  const interrupted = (signal) => {
    end()
    child.once('close', () => process.exit(signal === 'SIGINT' ? 130 : 143))
  }
  const limit = setTimeout(() => {
    console.error(`not done within ${limitMs / 60_000} minutes: ended`)
    end()
  }, limitMs)
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, interrupted)
  return new Promise((resolve) => {
    child.once('close', (code) => {
      clearTimeout(limit)
      for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, interrupted)
      resolve(code)
    })
  })
}

function finish(all) {
  console.log(`\n${sumLine(all)}`)
  process.exit(all.some(({ failed }) => failed > 0) ? 1 : 0)
}
