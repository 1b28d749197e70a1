import { arch, cpus, totalmem } from 'node:os'
import { fullLength, shortLength, type DrillLength, type Fault } from './fault.ts'
import { fsck } from './fsck.ts'
import type { DrillOptions } from './options.ts'
import { keepOutputs } from './report/keptOutputs.ts'
import { refusedText } from './report/drillPage.ts'
import type { Results } from './report/results.ts'
import { failuresOf, type Row } from './report/row.ts'
import { runRow, skippedRow } from './row.ts'
import { DrillSite } from './site/drillSite.ts'
import { whyNoSmallDisk } from './site/smallDisk.ts'

export interface DrillRun extends DrillOptions {
  readonly folder: string
  readonly signal: AbortSignal
  readonly say: (line: string) => void
}

/** All that stays behind is the result. Undefined when it was interrupted. */
export async function runDrill(chosen: readonly Fault[], run: DrillRun): Promise<Results | undefined> {
  const startMs = performance.now()
  const smallDisks = chosen.some(({ name }) => name.startsWith('full-')) && whyNoSmallDisk() === undefined
  const length = run.short ? shortLength : fullLength
  run.say(`starting a cloud; ${chosen.length} faults follow, about ${seconds(chosen, length)} s`)
  try {
    await using site = await DrillSite.start({ folder: run.folder, smallDisks, onProgress: (line) => run.say(`    ${line}`), signal: run.signal })
    await site.answersAll()
    const rows = await raced(run.signal, allRows(chosen, site, length, run))
    const end = await raced(run.signal, finalLook(site))
    return { form: run.only ? 'chosen rows' : run.short ? 'short' : 'full', machine: machine(), date: new Date().toISOString().slice(0, 10), seconds: (performance.now() - startMs) / 1_000, rows, ...end }
  } catch (error) {
    if (run.signal.aborted) return undefined
    throw error
  }
}

async function allRows(chosen: readonly Fault[], site: DrillSite, length: DrillLength, run: DrillRun): Promise<Results['rows']> {
  const rows = []
  for (const [at, fault] of chosen.entries()) {
    run.say(`${at + 1}/${chosen.length} ${fault.name}: ${fault.what}; about ${seconds(chosen.slice(at), length)} s left`)
    const why = fault.unavailable?.()
    const row = why === undefined ? await runRow(fault, site, length) : skippedRow(fault, why)
    run.signal.throwIfAborted()
    const failures = failuresOf(row, fault)
    run.say(lineOf(row, failures))
    if (failures.length > 0) run.say(`    what the parts wrote: ${keepOutputs(fault.name, site.outputs)}`)
    rows.push({ ...row, failures })
  }
  return rows
}

/** After the last fault: everything that was ever promised, in ledgers read anew, and every ledger checked from outside. */
async function finalLook(site: DrillSite): Promise<Pick<Results, 'sum' | 'contradictions' | 'fsck'>> {
  const start = { promised: 0, refused: {}, wrong: 0 }
  await site.traffic.stop()
  await site.accountBetween(start, site.traffic.mark())
  const sum = await site.accountAnew()
  const found: Record<string, string | null> = {}
  for (const { id } of site.chains) found[id] = (await fsck(site.cloud.url, id)) ?? null
  return { sum, contradictions: site.contradictions, fsck: found }
}

function lineOf({ skipped, evidence, unavailableMs, longestPauseMs, refused, account, blind, durationMs }: Row, failures: readonly string[]): string {
  if (skipped !== undefined) return `    SKIPPED: ${skipped}`
  const { promised, lost, doubled, broken, late, latestMs, reordered } = account
  return [
    `    evidence: ${evidence ?? 'NONE'}`,
    `    ${(durationMs / 1_000).toFixed(0)} s; unavailable ${(unavailableMs / 1_000).toFixed(1)} s, longest pause ${(longestPauseMs / 1_000).toFixed(1)} s, ledgers unreadable ${(blind.ms / 1_000).toFixed(1)} s ${blind.why && `(${blind.why})`}; promised ${promised}, refused ${refusedText({ refused })}; lost ${lost}, doubled ${doubled}, broken ${broken}, late ${late} (by ${(latestMs / 1_000).toFixed(1)} s), reordered ${reordered}`,
    ...failures.map((failure) => `    FAILED: ${failure}`),
  ].join('\n')
}

/** Ends the wait, not the work: what the work stands on is taken away from it next. */
async function raced<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const stop = (): void => reject(new Error('interrupted'))
  signal.addEventListener('abort', stop, { once: true })
  work.catch(() => undefined)
  try {
    return await Promise.race([work, promise])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

function seconds(rest: readonly Fault[], length: DrillLength): number {
  return rest.reduce((sum, fault) => sum + fault.seconds + (fault.lasts === undefined ? 0 : length[fault.lasts] / 1_000), 0)
}

function machine(): string {
  return `${cpus().length} cores ${cpus()[0]?.model ?? arch()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`
}
