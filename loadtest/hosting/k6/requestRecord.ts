import { z } from 'zod'
import { serverTimes, type ServerTimes } from './serverTimes.ts'

/** One request as the scenario wrote it; see loadtest/scenarios/report.ts. */
export interface RequestRecord {
  readonly iteration: number
  /** Since the first intended time, µs. */
  readonly startUs: number
  readonly elapsedUs: number
  /** From the start to the answer to the reading itself, µs: earlier than the end where it was waited for a block. */
  readonly answeredUs: number
  /** Whole ms since 1970, at the start. */
  readonly wallMs: number
  readonly status: number
  readonly server: ServerTimes
  readonly traceId: string | undefined
  /** Type of the problem document, or what went wrong on the way. */
  readonly problem: string | undefined
}

const count = z.int().min(0)
const line = z.tuple([count, z.int(), count, count, count, z.string(), z.string(), z.string(), count.optional()])

/** @throws when k6 has written something else */
export function requestRecord(text: string): RequestRecord {
  const [iteration, startUs, elapsedUs, wallMs, status, timing, traceId, problem, answeredUs = elapsedUs] = line.parse(JSON.parse(text))
  return { iteration, startUs, elapsedUs, answeredUs, wallMs, status, server: serverTimes(timing), traceId: traceId || undefined, problem: problem || undefined }
}
