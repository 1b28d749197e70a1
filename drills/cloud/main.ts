import { missingPrograms } from '@brume/cloud'
import { repositoryRoot, TemporaryFolder } from '@brume/testing'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runDrill } from './drill.ts'
import { faults } from './faults/index.ts'
import { chosenFaults, drillOptions, usage, type DrillOptions } from './options.ts'
import { drillPage } from './report/drillPage.ts'
import { failuresOfRun, type Results } from './report/results.ts'

/** Each part that runs listens for the end of this process, to end with it. */
const MOST_PARTS = 40

/** `npm run drill`: breaks a running cloud in every way that the table in faults/ has, and counts what that costs. */
async function main(): Promise<number> {
  const options = drillOptions(process.argv.slice(2))
  const chosen = chosenFaults(faults, options)
  const missing = missingPrograms()
  if (missing.length > 0) return told(missing)
  using folder = new TemporaryFolder()
  process.setMaxListeners(MOST_PARTS)
  const interruption = interruptedBy()
  const results = await runDrill(chosen, { ...options, folder: options.data ?? folder.path, signal: interruption, say: console.log })
  if (results === undefined) return told(['interrupted: nothing is left running, nothing was written'])
  save(results, options)
  const failures = failuresOfRun(results)
  return failures.length === 0 ? 0 : told(failures.map((failure) => `FAILED ${failure}`))
}

/** A second Ctrl-C ends at once; every part that this process has started dies with it. */
function interruptedBy(): AbortSignal {
  const asked = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => asked.abort())
  return asked.signal
}

function save(results: Results, { write }: DrillOptions): void {
  const folder = join(repositoryRoot(), 'drills/results')
  mkdirSync(folder, { recursive: true })
  const page = drillPage(results)
  writeFileSync(join(folder, 'latest.json'), `${JSON.stringify(results, undefined, 2)}\n`)
  writeFileSync(join(folder, 'latest.md'), page)
  if (write) writeFileSync(join(repositoryRoot(), 'docs/drill.md'), page)
  console.log(`\n${page}`)
}

function told(lines: readonly string[]): number {
  for (const line of lines) console.error(line)
  return 1
}

try {
  process.exitCode = await main()
} catch (error) {
  if (!(error instanceof TypeError)) throw error
  process.exitCode = told([error.message, usage])
}
