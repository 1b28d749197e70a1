import type { EventLog } from '@brume/event-log'
import type { RequestDrain } from '@brume/http'
import type { NestLogger, Readiness, Tracing } from '@brume/observability'
import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import { setTimeout as pause } from 'node:timers/promises'
import { Ending } from './ending.ts'

/** Longest for requests in hand. What is cut then was not answered, so nothing was promised; the rest of the ten seconds is for what was. */
const REQUESTS_LIMIT_MS = 4_000
const LAST_SPANS_LIMIT_MS = 1_000

export interface EndingParts {
  readonly drainGraceMs: number
  readonly readiness: Readiness
  readonly requests: RequestDrain
  readonly app: NestFastifyApplication
  readonly eventLog: EventLog
  readonly database: { close(): Promise<void> }
  readonly tracing: Tracing
  readonly logger: NestLogger
}

/** Stops taking, finishes what was taken, then closes from the outside in. */
export function platformEnding(parts: EndingParts): Ending {
  const { app, eventLog, database, tracing, logger } = parts
  return new Ending([
    { name: 'waiting until requests go elsewhere', work: () => turnAway(parts) },
    { name: 'finishing requests', work: () => finishRequests(parts) },
    // Handlers of the log end first and commit, then engines, outboxes and threads.
    { name: 'finishing handlers and background work', work: () => app.close() },
    { name: 'closing the event log', work: () => eventLog.close() },
    { name: 'closing the database', work: () => database.close() },
    { name: 'sending the last spans', work: () => tracing.close(LAST_SPANS_LIMIT_MS) },
  ], logger)
}

async function turnAway({ readiness, requests, drainGraceMs, logger }: EndingParts): Promise<void> {
  readiness.drain()
  requests.begin()
  logger.log({ msg: 'draining', requestsInHand: requests.running, graceMs: drainGraceMs })
  if (drainGraceMs > 0) await pause(drainGraceMs)
}

async function finishRequests({ app, requests, logger }: EndingParts): Promise<void> {
  const [cut] = await Promise.all([requests.end(REQUESTS_LIMIT_MS), app.getHttpAdapter().close()])
  if (cut > 0) logger.warn({ msg: `requests were not done within ${REQUESTS_LIMIT_MS / 1_000} s and were cut: none of them was answered`, cut })
}
