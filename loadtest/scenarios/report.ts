import { Rate, Trend } from 'k6/metrics'
import { isAccepted, type Answer } from './answers.ts'
import { isWarmUp, sinceIntendedMs, sinceStartMs, type Begun } from './openModel.ts'
import { asRecords } from './settings.ts'
import type { Trace } from './traceparent.ts'

/** Of these the SLOs speak. */
const latency = new Trend('latency_from_intended', true)
const accepted = new Rate('accepted')

/** Measured now, when the work of the iteration is done. */
export function report(begun: Begun, answer: Answer, trace: Trace, answeredMs?: number): void {
  if (asRecords) return writeRecord(begun, answer, trace, answeredMs)
  if (isWarmUp(begun)) return
  latency.add(sinceIntendedMs(begun))
  accepted.add(isAccepted(answer))
}

/**
 * One JSON array a line: iteration, start since the first intended one (µs), time from the start to the end (µs), wall-clock ms at the start, HTTP
 * status (0: no answer), `Server-Timing`, trace id where sampled, problem or error where not accepted, and, where the end is later than the first
 * answer, time from the start to that (µs). Empty text where there is none. Which intended time it belongs to is found by who reads
 * all records (hosting/k6/intendedTicks.ts): a script does not see what was dropped.
 */
function writeRecord(begun: Begun, { status, timing, problem }: Answer, { traceId, isSampled }: Trace, answeredMs?: number): void {
  const elapsedMs = sinceStartMs(begun)
  const record = [begun.iteration, us(begun.startMs), us(elapsedMs), begun.wallMs, status, timing, isSampled ? traceId : '', problem]
  console.log(JSON.stringify(answeredMs === undefined ? record : [...record, us(answeredMs)]))
}

function us(ms: number): number {
  return Math.round(ms * 1_000)
}
