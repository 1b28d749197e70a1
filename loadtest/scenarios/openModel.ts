import http from 'k6/http'
import exec from 'k6/execution'
import { durationMs, periodMs, ratePerTimeUnit, TIME_UNIT_S, warmUpTicks } from './arrivals.ts'
import { answerLimitS, arrivals, baseUrl, virtualUsers } from './settings.ts'

/** Each virtual user keeps one connection. They are opened before the first request, and this is the time for it. */
const CONNECT_S = 1
const GRACE_S = 2

export interface Slo {
  readonly thresholds: Readonly<Record<string, readonly string[]>>
  /** Longest time of one iteration, s (default: that of one answer). */
  readonly iterationLimitS?: number
}

/** All virtual users are made before the start: making one costs as much as many requests. */
export function openModel({ thresholds, iterationLimitS = answerLimitS }: Slo): object {
  return {
    scenarios: {
      connect: { executor: 'per-vu-iterations', exec: 'connect', vus: virtualUsers, iterations: 1, maxDuration: `${CONNECT_S}s`, gracefulStop: '0s' },
      load: {
        executor: 'constant-arrival-rate', startTime: `${CONNECT_S}s`, duration: `${durationMs(arrivals)}ms`, rate: ratePerTimeUnit(arrivals.ratePerS), timeUnit: `${TIME_UNIT_S}s`,
        preAllocatedVUs: virtualUsers, maxVUs: virtualUsers, gracefulStop: `${iterationLimitS + GRACE_S}s`,
      },
    },
    thresholds,
    userAgent: 'brume-loadtest',
    summaryTrendStats: ['med', 'p(95)', 'p(99)', 'max'],
  }
}

export function connect(): void {
  http.get(`${baseUrl}/livez`, { responseType: 'none', tags: { name: 'connect' } })
}

/** An iteration that has begun. Times are of a clock that has parts of ms, unlike Date. */
export interface Begun {
  /** From 0; without those that were dropped. */
  readonly iteration: number
  /** Since the first intended one, ms. */
  readonly startMs: number
  /** Whole ms since 1970. */
  readonly wallMs: number
}

const MOST_LOOKS = 20
const CLOSE_MS = 0.1
const period = periodMs(arrivals.ratePerS)
const warmUp = warmUpTicks(arrivals)
/** On the clock of {@link nowMs}, when the load began; each virtual user finds it once. */
let loadBeganMs: number | undefined

export function begin(): Begun {
  loadBeganMs ??= whenLoadBeganMs()
  return { iteration: exec.scenario.iterationInTest, startMs: nowMs() - loadBeganMs, wallMs: Date.now() }
}

/** The two clocks are looked at one after the other: what comes between them, such as another virtual user's turn, would make all of this one's requests late. */
function whenLoadBeganMs(): number {
  let [best, betweenMs] = [0, Infinity]
  for (let tries = 0; tries < MOST_LOOKS && betweenMs > CLOSE_MS; tries++) {
    const beforeMs = nowMs()
    const doneMs = exec.scenario.progress * durationMs(arrivals)
    const tookMs = nowMs() - beforeMs
    if (tookMs < betweenMs) [best, betweenMs] = [beforeMs + tookMs / 2 - doneMs, tookMs]
  }
  return best
}

/** Since the iteration was really begun, ms. */
export function sinceStartMs({ startMs }: Begun): number {
  return nowMs() - (loadBeganMs ?? 0) - startMs
}

/**
 * Since the time that was intended. Every iteration that k6 drops shifts those after it by one period, which the script cannot see: so the SLO of no
 * dropped iterations stands beside every SLO of a latency.
 */
export function sinceIntendedMs(begun: Begun): number {
  return Math.max(0, begun.startMs - begun.iteration * period) + sinceStartMs(begun)
}

export function isWarmUp({ iteration }: Begun): boolean {
  return iteration < warmUp
}

function nowMs(): number {
  return exec.instance.currentTestRunDuration
}
