/** Parts of a request in the server, µs; NaN for what it did not say. */
export interface ServerTimes {
  readonly parseUs: number
  readonly verifyUs: number
  readonly appendUs: number
  readonly promiseUs: number
  readonly serverUs: number
}

/** Of `Server-Timing` (W3C), such as `parse;dur=0.120, total;dur=3.5`. A name that stands there twice, of two requests, is added up. */
export function serverTimes(header: string): ServerTimes {
  const sums = new Map<string, number>()
  for (const [, name = '', ms] of header.matchAll(/([\w-]+);dur=(\d+(?:\.\d+)?)/g)) sums.set(name, (sums.get(name) ?? 0) + Number(ms) * 1_000)
  const us = (name: string): number => sums.get(name) ?? Number.NaN
  return { parseUs: us('parse'), verifyUs: us('verify'), appendUs: us('append'), promiseUs: us('promise'), serverUs: us('total') }
}
