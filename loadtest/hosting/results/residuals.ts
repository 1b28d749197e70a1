import type { RequestColumns } from '../model/index.ts'
import { threeDigits } from './threeDigits.ts'

/** The names of {@link RequestColumns}, in the order in which they are stored. */
export const columnNames = ['intendedUs', 'lateUs', 'parseUs', 'verifyUs', 'appendUs', 'promiseUs', 'serverUs', 'totalUs', 'outcome'] as const satisfies readonly (keyof RequestColumns)[]
export type ColumnName = (typeof columnNames)[number]
/** All columns as numbers. */
export type NumberColumns = Readonly<Record<ColumnName, Float64Array>>

/**
 * A sum without what it is the sum of: the server's time less its parts, the total less lateness and server. The rest is smaller, and scatters less. Each
 * duration is then rounded to whole µs, and to three significant digits (at most 0.5 % off, to either side alike), because the digits behind are noise and
 * noise does not compress. A sum is taken less the rounded parts, so errors do not add up: serverUs is off by 0.5 % of what is left of it, totalUs by 0.5 % of
 * its network. Intended times stay whole µs.
 */
export function residualsOf(columns: RequestColumns): NumberColumns {
  const short = (values: Float64Array): Float64Array => values.map(threeDigits)
  const { lateUs, parseUs, verifyUs, appendUs, promiseUs } = columns
  const parts = { lateUs: short(lateUs), parseUs: short(parseUs), verifyUs: short(verifyUs), appendUs: short(appendUs), promiseUs: short(promiseUs) }
  const rest = columns.serverUs.map((us, at) => threeDigits(us - inServer(parts, at)))
  const serverUs = rest.map((us, at) => us + inServer(parts, at))
  const withServer = { ...parts, serverUs }
  const network = columns.totalUs.map((us, at) => threeDigits(us - outsideNetwork(withServer, at)))
  return { ...parts, intendedUs: columns.intendedUs.map((us) => Math.round(us) + 0), serverUs: rest, totalUs: network, outcome: Float64Array.from(columns.outcome) }
}

/** Turns {@link residualsOf} back. */
export function columnsOf(residuals: NumberColumns): RequestColumns {
  const withServer = { ...residuals, serverUs: residuals.serverUs.map((us, at) => us + inServer(residuals, at)) }
  return { ...withServer, totalUs: withServer.totalUs.map((us, at) => us + outsideNetwork(withServer, at)), outcome: Uint8Array.from(residuals.outcome) }
}

function inServer({ parseUs, verifyUs, appendUs, promiseUs }: Pick<NumberColumns, 'parseUs' | 'verifyUs' | 'appendUs' | 'promiseUs'>, at: number): number {
  return orZero(parseUs[at]) + orZero(verifyUs[at]) + orZero(appendUs[at]) + orZero(promiseUs[at])
}

function outsideNetwork({ lateUs, serverUs }: Pick<NumberColumns, 'lateUs' | 'serverUs'>, at: number): number {
  return orZero(lateUs[at]) + orZero(serverUs[at])
}

function orZero(us = 0): number {
  return Number.isNaN(us) ? 0 : us
}
