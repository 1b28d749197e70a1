import exec from 'k6/execution'
import { arrivals, seed, tracedPerS } from './settings.ts'

const share = Math.min(1, tracedPerS / arrivals.ratePerS)

/** W3C Trace Context. Every request has a trace of its own; the sampled flag stands on as many as were asked for, evenly spread. */
export interface Trace {
  readonly traceId: string
  readonly isSampled: boolean
  readonly header: string
}

export function traceOf(iteration: number): Trace {
  const isSampled = Math.floor((iteration + 1) * share) > Math.floor(iteration * share)
  const traceId = hex(seed ?? exec.scenario.startTime) + hex(iteration + 1)
  return { traceId, isSampled, header: `00-${traceId}-${hex(iteration + 1)}-0${isSampled ? 1 : 0}` }
}

function hex(number: number): string {
  return number.toString(16).padStart(16, '0')
}
