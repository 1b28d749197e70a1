import { outcomes, type RequestColumns } from '../model/index.ts'

/**
 * Where the time of a request went, from its intended time to the whole answer with the promise.
 *
 * - `late`: the generator had not sent it yet.
 * - `network`: what is left when the server's own total is taken from the answer's time. It is both ways, the proxies, and also what waited in the server's
 *   socket while its event loop was busy: the server cannot see that. Where it is far above the delay that was measured of the network, the server is full.
 * - `rest of the server`: in the server's total, and in none of the steps that it names: the head, the body's arrival, the routing, the answer's text.
 */
export const promisedPartNames = ['late', 'network', 'parse + verify', 'append', 'promise', 'rest of the server'] as const
export type PromisedPart = (typeof promisedPartNames)[number]

/** Columns of equal length: one row for each request that was accepted and said where its time went. All times in µs. */
export interface PromisedParts {
  /** Where each row stands in the columns of the requests. */
  readonly rows: Uint32Array
  readonly totalUs: Float64Array
  readonly parts: Readonly<Record<PromisedPart, Float64Array>>
}

const ACCEPTED = outcomes.indexOf('accepted')

/** Requests that were refused, failed or late have no parts, and answers without `Server-Timing` (everything that is only read) neither. */
export function promisedParts(columns: RequestColumns): PromisedParts {
  const rows = rowsWithParts(columns)
  const column = (of: Float64Array): Float64Array => Float64Array.from(rows, (row) => of[row] ?? Number.NaN)
  const [totalUs, late, server, parse, verify] = [column(columns.totalUs), column(columns.lateUs), column(columns.serverUs), column(columns.parseUs), column(columns.verifyUs)]
  const [append, promise] = [column(columns.appendUs), column(columns.promiseUs)]
  const network = minus(totalUs, late, server)
  const rest = minus(server, parse, verify, append, promise)
  return { rows, totalUs, parts: { late, network, 'parse + verify': parse.map((value, row) => value + (verify[row] ?? 0)), append, promise, 'rest of the server': rest } }
}

function minus(of: Float64Array, ...taken: readonly Float64Array[]): Float64Array {
  return of.map((value, row) => taken.reduce((left, column) => left - (column[row] ?? 0), value))
}

function rowsWithParts({ outcome, totalUs, lateUs, parseUs, verifyUs, appendUs, promiseUs, serverUs }: RequestColumns): Uint32Array {
  const needed = [totalUs, lateUs, parseUs, verifyUs, appendUs, promiseUs, serverUs]
  const rows: number[] = []
  for (let row = 0; row < outcome.length; row++) {
    if (outcome[row] === ACCEPTED && needed.every((column) => Number.isFinite(column[row]))) rows.push(row)
  }
  return Uint32Array.from(rows)
}
