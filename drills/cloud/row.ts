import { pause } from '../traffic.ts'
import type { DrillLength, Evidence, Fault } from './fault.ts'
import type { Row } from './report/row.ts'
import type { DrillSite } from './site/drillSite.ts'
import { refusedSince } from './traffic/promiseBook.ts'
import type { Mark } from './traffic/traffic.ts'

/** Of quiet, before and after: what a fault does shows in readings around it, ms. */
const BEFORE_MS = 1_000
const AFTER_MS = 2_000

/** One fault from harm to recovery, and what became of every reading that was promised meanwhile. */
export async function runRow(fault: Fault, site: DrillSite, length: DrillLength): Promise<Row> {
  const { traffic } = site
  const behind = await site.keepsUp().then(() => undefined, textOf)
  const [startMs, from] = [performance.now(), traffic.mark()]
  traffic.availability.restart(startMs)
  site.takeBlindness()
  const { evidence, error = behind } = await strike(fault, site, length)
  const times = timesOf(site)
  const to = traffic.mark()
  const account = await site.accountBetween(from, to)
  return { fault: fault.name, what: fault.what, evidence, ...times, ...booksBetween(site, from, to), blind: site.takeBlindness(), account, durationMs: performance.now() - startMs, ...(error !== undefined && { error }) }
}

export function skippedRow({ name, what }: Fault, why: string): Row {
  const account = { promised: 0, lost: 0, doubled: 0, broken: 0, late: 0, latestMs: 0, reordered: 0 }
  return { fault: name, what, evidence: undefined, skipped: why, unavailableMs: 0, longestPauseMs: 0, refused: {}, blind: { ms: 0, why: '' }, account, wrong: [], durationMs: 0 }
}

interface Outcome {
  readonly evidence: Evidence | undefined
  readonly error?: string
}

/** Returns once every device is acknowledged again. An error of the mending counts too: the next rows stand on it. */
async function strike(fault: Fault, site: DrillSite, length: DrillLength): Promise<Outcome> {
  let evidence: Evidence | undefined
  try {
    await pause(BEFORE_MS)
    await using mending = new AsyncDisposableStack()
    evidence = await fault.strike(site, mending, length)
    await mending.disposeAsync()
    await site.answersAll()
    await pause(AFTER_MS)
    return { evidence }
  } catch (error) {
    return { evidence, error: textOf(error) }
  }
}

function timesOf({ traffic: { availability } }: DrillSite): Pick<Row, 'unavailableMs' | 'longestPauseMs'> {
  const nowMs = performance.now()
  return { unavailableMs: Math.round(availability.unavailableMs(nowMs)), longestPauseMs: Math.round(availability.longestPauseMs(nowMs)) }
}

function booksBetween({ traffic: { book } }: DrillSite, from: Mark, to: Mark): Pick<Row, 'refused' | 'wrong'> {
  return { refused: refusedSince(from.refused, to.refused), wrong: book.wrong.slice(from.wrong, to.wrong) }
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message
}
