import { repositoryRoot } from '@brume/testing'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { benchArguments, usage, type BenchArguments } from './arguments.ts'
import type { Measurement } from './measurement.ts'
import { measurements } from './measurements/index.ts'
import { benchmarksPage } from './report/benchmarksPage.ts'
import { lineOf } from './report/formatted.ts'
import { machineOf } from './report/machine.ts'
import { writeResults, type MeasurementResult, type Results } from './report/results.ts'

const root = repositoryRoot()
const say = (line: string): void => void process.stderr.write(`${line}\n`)

/** Exit 0 also when a value is not what was asked: it is a measurement. 1 when one could not be made, 2 for arguments that make no sense. */
process.exitCode = await run()

async function run(): Promise<number> {
  const asked = readArguments()
  if (asked === undefined) return 2
  const { results, broken } = await measureAll(asked.chosen, asked.options)
  writeResults(join(root, 'loadtest/results/latest.json'), results)
  for (const row of results.rows) say(lineOf(row))
  if (asked.options.write && broken === 0) writeFileSync(join(root, 'docs/benchmarks.md'), benchmarksPage(results))
  return broken === 0 ? 0 : 1
}

function readArguments(): { options: BenchArguments; chosen: readonly Measurement[] } | undefined {
  try {
    const options = benchArguments(process.argv.slice(2))
    if (options.write && (options.quick || options.only)) throw new TypeError('--write takes a whole run: neither --quick nor --only')
    return { options, chosen: chosenOf(options) }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    say(`${error.message}\n${usage}`)
    return undefined
  }
}

function chosenOf({ only }: BenchArguments): readonly Measurement[] {
  const unknown = only?.filter((name) => !measurements.some((measurement) => measurement.name === name)) ?? []
  if (unknown.length > 0) throw new TypeError(`unknown: ${unknown.join(', ')}; there are ${measurements.map(({ name }) => name).join(', ')}`)
  return only ? measurements.filter(({ name }) => only.includes(name)) : measurements
}

async function measureAll(chosen: readonly Measurement[], { quick, data, date }: BenchArguments): Promise<{ results: Results; broken: number }> {
  mkdirSync(resolve(root, data), { recursive: true })
  const folder = mkdtempSync(join(resolve(root, data), 'run-'))
  const done: MeasurementResult[] = []
  try {
    for (const measurement of chosen) {
      const result = await measureOne(measurement, folder, quick)
      if (result) done.push(result)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  }
  const results = { machine: machineOf(root, date), quick, measurements: done, rows: done.flatMap(({ rows }) => rows) }
  return { results, broken: chosen.length - done.length }
}

/** One that breaks is told in full, and the others go on. */
async function measureOne({ name, what, measure }: Measurement, folder: string, quick: boolean): Promise<MeasurementResult | undefined> {
  say(`${name}: ${what} …`)
  const startMs = performance.now()
  try {
    const rows = await measure({ folder, quick, progress: (text) => say(`  ${text}`) })
    return { name, what, tookS: Math.round((performance.now() - startMs) / 1_000), rows }
  } catch (error) {
    console.error(error)
    return undefined
  }
}
