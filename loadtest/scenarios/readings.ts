import http from 'k6/http'
import { answerOf } from './answers.ts'
import { bodyOf, requireEnough } from './envelopes.ts'
import { begin, openModel } from './openModel.ts'
import { report } from './report.ts'
import { answerLimitS, baseUrl } from './settings.ts'
import { traceOf } from './traceparent.ts'

export { connect } from './openModel.ts'

/** From the intended time to the promise. A request carries one reading or, where the file has batches, many. */
export const options = openModel({
  thresholds: {
    latency_from_intended: ['p(95)<500', 'p(99)<1000'],
    accepted: ['rate>0.999'],
    dropped_iterations: ['count<1'],
  },
})

export const setup = requireEnough

export default function sendReading(): void {
  const begun = begin()
  const trace = traceOf(begun.iteration)
  const body = bodyOf(begun.iteration)
  const type = body.startsWith('{') ? 'application/json' : 'application/jose'
  const response = http.post(`${baseUrl}/v1/readings`, body, { headers: { 'content-type': type, traceparent: trace.header }, timeout: `${answerLimitS}s`, responseType: 'text' })
  report(begun, answerOf(response), trace)
}
