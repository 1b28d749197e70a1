import { repositoryRoot } from '@brume/testing'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { benchArguments, usage, type BenchArguments } from './arguments.ts'
import type { BenchContext, Measurement } from './measurement.ts'
import { profiles, type Profile } from './profiles.ts'
import { lineOf } from './report/formatted.ts'
import { commitOf, machineOf } from './report/machine.ts'
import { readResults, withAgain, writeResults, type MeasurementResult, type Results } from './report/results.ts'

const root = repositoryRoot()
/** 128 and the number of SIGINT, as shells have it. */
const INTERRUPTED = 130
const say = (line: string): void => void process.stderr.write(`${line}\n`)

// Ends with `exit`, on which every process that was started is killed (ChildProcess); engines end themselves when nobody renews their lease.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(INTERRUPTED))

/** Exit 0 also when a value is not what was asked: it is a measurement. 1 when one could not be made, 2 for arguments that make no sense. */
process.exitCode = await run()

async function run(): Promise<number> {
  const asked = readArguments()
  if (asked === undefined) return 2
  const { options, profile, chosen } = asked
  if (options.pages) return renewFromLastRun(profile)
  const measured = await measureAll(chosen, options)
  const [results, broken] = [joined(measured.results, options, profile), measured.broken]
  writeResults(join(root, resultsFile(options, profile)), results)
  for (const row of results.rows) say(lineOf(row))
  if (options.write && broken === 0) return renewIfWhole(profile, results)
  return broken === 0 ? 0 : 1
}

function joined(results: Results, { again }: BenchArguments, { resultsFile: whole, measurements }: Profile): Results {
  const last = again && readResults(join(root, whole))
  return last ? withAgain(last, results, measurements.map(({ name }) => name)) : results
}

/** A part of the bench does not take the place of the last whole run, from which pages can be made anew. */
function resultsFile({ only, quick }: BenchArguments, { resultsFile: whole }: Profile): string {
  return only === undefined && !quick ? whole : whole.replace(/\.json$/, '.part.json')
}

function readArguments(): { options: BenchArguments; profile: Profile; chosen: readonly Measurement[] } | undefined {
  try {
    const options = benchArguments(process.argv.slice(2))
    const profile = profiles[options.profile]
    return { options, profile, chosen: chosenOf(options, profile) }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    say(`${error.message}\n${usage}`)
    return undefined
  }
}

function chosenOf({ only: onlyThese, again }: BenchArguments, { measurements }: Profile): readonly Measurement[] {
  const only = again ?? onlyThese
  const unknown = only?.filter((name) => !measurements.some((measurement) => measurement.name === name)) ?? []
  if (unknown.length > 0) throw new TypeError(`unknown: ${unknown.join(', ')}; there are ${measurements.map(({ name }) => name).join(', ')}`)
  return only ? measurements.filter(({ name }) => only.includes(name)) : measurements
}

async function measureAll(chosen: readonly Measurement[], { profile, quick, entries, data, date }: BenchArguments): Promise<{ results: Results; broken: number }> {
  mkdirSync(resolve(root, data), { recursive: true })
  const folder = mkdtempSync(join(resolve(root, data), 'run-'))
  const context = { folder, quick, ...(entries !== undefined && { entries }), progress: (text: string) => say(`  ${text}`) }
  const done: MeasurementResult[] = []
  try {
    for (const measurement of chosen) {
      const result = await measureOne(measurement, context)
      if (result) done.push(result)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  }
  const results = { profile, machine: machineOf(root, { ...profiles[profile].machine, date }), quick, measurements: done, rows: done.flatMap(({ rows }) => rows) }
  return { results, broken: chosen.length - done.length }
}

/** One that breaks is told in full, and the others go on. */
async function measureOne({ name, what, measure }: Measurement, context: BenchContext): Promise<MeasurementResult | undefined> {
  say(`${name}: ${what} …`)
  const startMs = performance.now()
  try {
    const at = new Date().toISOString()
    const rows = await measure(context)
    const tookS = Math.round((performance.now() - startMs) / 1_000)
    say(`  ${name} took ${tookS} s`)
    return { name, what, tookS, at, commit: commitOf(root), rows }
  } catch (error) {
    console.error(error)
    return undefined
  }
}

function renewFromLastRun(profile: Profile): number {
  return renewIfWhole(profile, readResults(join(root, profile.resultsFile)))
}

function renewIfWhole(profile: Profile, results: Results | undefined): number {
  const missing = profile.measurements.filter(({ name }) => !results?.measurements.some((done) => done.name === name)).map(({ name }) => name)
  if (results === undefined || results.quick || missing.length > 0) {
    say(`${profile.resultsFile} has no whole run, so no page is renewed. Missing: ${missing.join(', ')}; --again ${missing.join(',')} measures what is`)
    return 2
  }
  renewPages(profile, results)
  return 0
}

function renewPages({ pages }: Profile, results: Results): void {
  for (const { path, renew } of pages) {
    const file = join(root, path)
    writeFileSync(file, renew(existsSync(file) ? readFileSync(file, 'utf8') : '', results))
  }
}
