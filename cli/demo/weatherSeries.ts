import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Measurement } from '@brume/client'

/** One sensor of the demo: a column of the series as SenML. */
export interface Sensor {
  readonly name: 'temperature' | 'pressure' | 'wind'
  /** IANA SenML units. */
  readonly unit: string
  readonly alg: 'EdDSA' | 'ES256'
  readonly measurements: readonly Measurement[]
}

/** Hourly normals of Seattle, 1981 to 2010, by NOAA, in the npm package vega-datasets; metric units. */
const FILE = 'node_modules/vega-datasets/data/seattle-weather-hourly-normals.csv'

export function readWeatherSeries(root: string): readonly [Sensor, Sensor, Sensor] {
  const [header = '', ...lines] = readFileSync(join(root, FILE), 'utf8').trim().split('\n')
  const columns = header.trim().split(',')
  const rows = lines.map((line) => line.trim().split(','))
  const column = (name: string): readonly [seconds: number, value: number][] => {
    const at = columns.indexOf(name)
    if (at < 0) throw new Error(`${FILE} has no column ${name}`)
    return rows.map((row) => [Date.parse(`${row[0]}Z`) / 1_000, Number(row[at])])
  }
  return [
    { name: 'temperature', unit: 'Cel', alg: 'EdDSA', measurements: column('temperature').map(([t, v]) => ({ n: 'temperature', u: 'Cel', t, v })) },
    // The file has hPa, SenML has Pa (RFC 8428 section 12.1).
    { name: 'pressure', unit: 'Pa', alg: 'EdDSA', measurements: column('pressure').map(([t, v]) => ({ n: 'pressure', u: 'Pa', t, v: Math.round(v * 100) })) },
    { name: 'wind', unit: 'm/s', alg: 'ES256', measurements: column('wind').map(([t, v]) => ({ n: 'wind', u: 'm/s', t, v })) },
  ]
}
