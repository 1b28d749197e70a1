import { median } from '../../bench/statistics.ts'
import type { RequestRecord } from './requestRecord.ts'

/**
 * When the first request was intended, ms since 1970 with parts of ms. k6 tells wall-clock time in whole ms, cut, so each record is half a ms early in the
 * mean. The median, because a virtual user that was held up while it looked at its clocks is wrong in all of its records.
 */
export function loadStartMs(records: readonly Pick<RequestRecord, 'startUs' | 'wallMs'>[]): number {
  return median(records.map(({ startUs, wallMs }) => wallMs - startUs / 1_000)) + 0.5
}
