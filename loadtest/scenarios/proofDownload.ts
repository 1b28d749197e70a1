import http from 'k6/http'
import { answerOf } from './answers.ts'
import { chain, leafHashes } from './envelopes.ts'
import { begin, openModel } from './openModel.ts'
import { report } from './report.ts'
import { answerLimitS, authorisation, baseUrl } from './settings.ts'
import { traceOf } from './traceparent.ts'

export { connect } from './openModel.ts'

/** The proof files of readings that were sent before (readings.ts with the same file) and are anchored, one after the other and again. */
export const options = openModel({
  thresholds: {
    latency_from_intended: ['p(95)<500', 'p(99)<1000'],
    accepted: ['rate>0.999'],
    dropped_iterations: ['count<1'],
  },
})

const hashes = leafHashes()
const headers = authorisation()
const path = `${baseUrl}/v1/chains/${chain()}/proofs`

export default function downloadProof(): void {
  const begun = begin()
  const trace = traceOf(begun.iteration)
  const leafHash = hashes[begun.iteration % hashes.length]?.[0] ?? ''
  const response = http.get(`${path}/${leafHash}`, { headers: { ...headers, traceparent: trace.header }, timeout: `${answerLimitS}s`, tags: { name: 'proof' }, responseType: 'text' })
  report(begun, answerOf(response), trace)
}
