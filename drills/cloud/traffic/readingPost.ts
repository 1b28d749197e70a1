import { parsePromise } from '@brume/envelope'
import type { SignedReading } from '@brume/testing'

/** What became of one reading of a request. */
export type Outcome =
  | { readonly kind: 'promised'; readonly anchorByMs: number; readonly promise: number }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'wrong'; readonly what: string }

/** Longer than ingest waits for its log (10 s), so that its answer is heard. */
const ATTEMPT_LIMIT_MS = 12_000

/** One request, answered or not: an outcome for each reading, in their order. `promise` counts from 0 in this request. */
export async function postReadings(url: string, readings: readonly SignedReading[]): Promise<Outcome[]> {
  try {
    const body = JSON.stringify({ readings: readings.map(({ envelope }) => envelope) })
    const response = await fetch(`${url}/v1/readings`, { method: 'POST', body, headers: { 'content-type': 'application/json' }, signal: AbortSignal.timeout(ATTEMPT_LIMIT_MS) })
    const text = await response.text()
    if (response.status >= 500 || response.status === 429) return readings.map(() => ({ kind: 'refused', why: String(response.status) }))
    return outcomesOf(readings, JSON.parse(text))
  } catch (error) {
    return readings.map(() => ({ kind: 'refused', why: error instanceof DOMException ? 'no answer in time' : 'connection' }))
  }
}

function outcomesOf(readings: readonly SignedReading[], answer: any): Outcome[] { // `any`: whatever is missing in it ends as a wrong answer
  if (!Array.isArray(answer?.results) || answer.results.length !== readings.length) return readings.map(() => ({ kind: 'wrong', what: JSON.stringify(answer).slice(0, 500) }))
  const promises = (answer.promises ?? []).map((promise: unknown) => parsePromise(Buffer.from(String(promise))))
  return readings.map(({ leafHash }, at): Outcome => {
    const { status, leafHash: named, promise, problem } = answer.results[at]
    if (status >= 500 || status === 429) return { kind: 'refused', why: String(status) }
    const given = promises[promise]
    if (status === 202 && named === leafHash && given?.ok && given.value.leafHashes.includes(leafHash)) return { kind: 'promised', anchorByMs: Date.parse(given.value.anchorBy), promise }
    return { kind: 'wrong', what: JSON.stringify({ status, named, leafHash, problem }) }
  })
}
