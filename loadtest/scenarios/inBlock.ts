import { sleep } from 'k6'
import http from 'k6/http'
import { answerOf, isAccepted, type Answer } from './answers.ts'
import { bodyOf, chain, requireEnough } from './envelopes.ts'
import { begin, openModel, sinceStartMs, type Begun } from './openModel.ts'
import { report } from './report.ts'
import { answerLimitS, authorisation, baseUrl, number, seconds } from './settings.ts'
import { traceOf, type Trace } from './traceparent.ts'

export { connect } from './openModel.ts'

const blockLimitS = seconds('BLOCK_LIMIT', 30)
/** Overstates by half of it in the mean. Shorter, and asking is what is measured. */
const pollS = number('POLL_MS', 50) / 1_000

/** From the intended time until the entry is in a final block, as a user finds out: by asking for it again and again. For chains of the mode `direct`. */
export const options = openModel({
  thresholds: {
    latency_from_intended: ['p(95)<5000', 'p(99)<10000'],
    accepted: ['rate>0.999'],
    dropped_iterations: ['count<1'],
  },
  iterationLimitS: answerLimitS + blockLimitS,
})

export const setup = requireEnough

const headers = authorisation()
const entries = `${baseUrl}/v1/chains/${chain()}/readings`

export default function untilInBlock(): void {
  const begun = begin()
  const trace = traceOf(begun.iteration)
  const response = http.post(`${baseUrl}/v1/readings`, bodyOf(begun.iteration), { headers: { 'content-type': 'application/jose', traceparent: trace.header }, timeout: `${answerLimitS}s`, responseType: 'text' })
  const [promised, answeredMs] = [answerOf(response), sinceStartMs(begun)]
  report(begun, isAccepted(promised) ? untilAnchored(begun, promised, leafHashOf(response.body), trace) : promised, trace, answeredMs)
}

/** The promise's answer, once there is a block; what kept it from there else. */
function untilAnchored(begun: Begun, promised: Answer, leafHash: string, { traceId }: Trace): Answer {
  while (sinceStartMs(begun) < blockLimitS * 1_000) {
    sleep(pollS)
    const response = http.get(`${entries}/${leafHash}`, { headers: { ...headers, traceparent: `00-${traceId}-${traceId.slice(16)}-00` }, timeout: `${answerLimitS}s`, tags: { name: 'entry' }, responseType: 'text' })
    const answer = answerOf(response)
    if (isAccepted(answer) && (response.body ?? '').includes('"state":"anchored"')) return promised
    if (!isAccepted(answer) && answer.problem !== '/problems/reading-not-found') return answer
  }
  return { status: 0, timing: promised.timing, problem: `not in a block within ${blockLimitS} s` }
}

function leafHashOf(body: string | null): string {
  const { leafHash }: { leafHash: string } = JSON.parse(body ?? '')
  return leafHash
}
