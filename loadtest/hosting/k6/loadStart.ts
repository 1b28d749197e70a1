import type { RequestRecord } from './requestRecord.ts'

/**
 * When the first request was intended, ms since 1970 with parts of ms. k6 tells wall-clock time in whole ms, cut: each record says that the start lies
 * within one of them, and of many records those share less than a µs. Where clocks were set meanwhile they share nothing, and the middle is as good as any.
 */
export function loadStartMs(records: readonly Pick<RequestRecord, 'startUs' | 'wallMs'>[]): number {
  let [earliest, latest] = [-Infinity, Infinity]
  for (const { startUs, wallMs } of records) {
    const low = wallMs - startUs / 1_000
    earliest = Math.max(earliest, low)
    latest = Math.min(latest, low + 1)
  }
  return (earliest + latest) / 2
}
