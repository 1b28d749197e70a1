import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Row } from '../row.ts'
import type { Machine } from './machine.ts'

export interface MeasurementResult {
  readonly name: string
  readonly what: string
  readonly tookS: number
  /** Begin, RFC 3339, and of which commit: one that broke is measured again later, by `--again`. */
  readonly at: string
  readonly commit: string
  readonly rows: readonly Row[]
}

export interface Results {
  readonly profile: string
  readonly machine: Machine
  /** A quick run shows that the bench works; nothing of it is judged. */
  readonly quick: boolean
  readonly measurements: readonly MeasurementResult[]
  /** All rows of all measurements. */
  readonly rows: readonly Row[]
}

/** Measurements of `again` take the place of their namesakes, in the order of `names`. No row is judged by one of another measurement, so they may be of different times. */
export function withAgain(last: Results, again: Results, names: readonly string[]): Results {
  const all = [...again.measurements, ...last.measurements]
  const measurements = names.flatMap((name) => all.find((measurement) => measurement.name === name) ?? [])
  return { ...again, measurements, rows: measurements.flatMap(({ rows }) => rows) }
}

export function writeResults(path: string, results: Results): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `${JSON.stringify(results, null, 2)}\n`)
}

/** What this program wrote there; undefined = nothing yet. */
export function readResults(path: string): Results | undefined {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined
}
