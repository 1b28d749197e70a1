import type { Arrivals } from './arrivals.ts'

/** What `-e NAME=value` says; README.md has the table. */

export const baseUrl = required('BASE_URL').replace(/\/+$/, '')

export const arrivals: Arrivals = { ratePerS: number('RATE', 10), warmUpS: seconds('WARM_UP', 5), measuredS: seconds('DURATION', 30) }

export const virtualUsers = number('MAX_VUS', 50)

/** Requests per second whose `traceparent` has the sampled flag. */
export const tracedPerS = number('TRACED_PER_S', 0)

/** Of trace ids; undefined: taken from the time. */
export const seed = __ENV['SEED'] === undefined ? undefined : number('SEED', 0)

/** A request that has no answer by then has failed. */
export const answerLimitS = seconds('ANSWER_LIMIT', 10)

/** A line for each request instead of metrics and thresholds. */
export const asRecords = __ENV['RECORDS'] === '1'

/** For chains that are not public: reading from them takes their tenant's token. */
export function authorisation(): Record<string, string> {
  const file = __ENV['TOKEN_FILE']
  return file === undefined ? {} : { authorization: `Bearer ${open(file).trim()}` }
}

export function required(name: string): string {
  const value = __ENV[name]
  if (value === undefined || value === '') throw new Error(`-e ${name}=… is missing: see loadtest/scenarios/README.md`)
  return value
}

export function number(name: string, fallback: number): number {
  const value = Number(__ENV[name] ?? fallback)
  if (!Number.isFinite(value) || value < 0) throw new Error(`-e ${name}=${__ENV[name] ?? ''} is not a number`)
  return value
}

/** `30`, `30s`, `500ms` or `2m`. */
export function seconds(name: string, fallback: number): number {
  const text = __ENV[name]
  if (text === undefined) return fallback
  const [, amount, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(text) ?? []
  if (amount === undefined) throw new Error(`-e ${name}=${text} is not a time such as 30s`)
  return Number(amount) * ({ ms: 0.001, s: 1, m: 60 }[unit] ?? 1)
}
