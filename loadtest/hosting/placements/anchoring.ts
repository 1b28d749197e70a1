/**
 * The same in every placement. One second: a reading is anchored within the ten or more that a cell is measured, and a checkpoint covers up to 1,000 readings (the
 * platform's default) before that. A tenant would choose longer delays to save gas; the wait is a part of its own in the report.
 */
export const ANCHORING = { maxDelayMs: 1_000, maxReadings: 1_000 } as const
