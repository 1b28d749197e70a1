import { b64encode } from 'k6/encoding'
import http, { type Response } from 'k6/http'
import { answerOf, isAccepted, joined } from './answers.ts'
import { chain } from './envelopes.ts'
import { begin, openModel } from './openModel.ts'
import { report } from './report.ts'
import { answerLimitS, authorisation, baseUrl } from './settings.ts'
import { traceOf } from './traceparent.ts'

export { connect } from './openModel.ts'

/**
 * The newest entry of a chain, in two requests, because the API has no route for it: the chain says how many entries its ledger has, and a page of one
 * that begins at the last has it. The cursor is that of the page before (libs/http/page.ts: the index of its last entry).
 */
export const options = openModel({
  thresholds: {
    latency_from_intended: ['p(95)<500', 'p(99)<1000'],
    accepted: ['rate>0.999'],
    dropped_iterations: ['count<1'],
  },
})

const headers = authorisation()
const resource = `${baseUrl}/v1/chains/${chain()}`

export default function readLatest(): void {
  const begun = begin()
  const trace = traceOf(begun.iteration)
  const get = (url: string): Response => http.get(url, { headers: { ...headers, traceparent: trace.header }, timeout: `${answerLimitS}s`, tags: { name: 'latest' }, responseType: 'text' })
  const response = get(resource)
  const first = answerOf(response)
  report(begun, isAccepted(first) ? joined([first, answerOf(get(`${resource}/readings?limit=1${cursorOf(response)}`))]) : first, trace)
}

/** Of a ledger with one entry, the first page is the last one. */
function cursorOf({ body }: Response): string {
  const { ledger }: { ledger: { size: number } } = JSON.parse(body ?? '')
  return ledger.size < 2 ? '' : `&cursor=${b64encode(String(ledger.size - 2), 'rawurl')}`
}
