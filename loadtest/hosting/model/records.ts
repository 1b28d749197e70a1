/** What became of one request. `late`: not sent, because every virtual user still waited (k6's dropped iteration): it counts as slower than all others. */
export const outcomes = ['accepted', 'refused', 'failed', 'late'] as const
export type Outcome = (typeof outcomes)[number]

/**
 * Every request of a cell's measured time, as columns of equal length, in the order of their intended times. All times in µs; NaN where there is none.
 * The model is open: a latency counts from the time that was intended for sending, so a system that stalls meets all that would have come meanwhile.
 */
export interface RequestColumns {
  /** Intended time of sending, from the begin of the measured time. */
  readonly intendedUs: Float64Array
  /** How late the generator sent; part of `totalUs`. */
  readonly lateUs: Float64Array
  /** From the intended time to the whole answer. */
  readonly totalUs: Float64Array
  /** Index in `outcomes`. */
  readonly outcome: Uint8Array
  /** From `Server-Timing`: parse, verify, append, promise, and all of the request in the server. */
  readonly parseUs: Float64Array
  readonly verifyUs: Float64Array
  readonly appendUs: Float64Array
  readonly promiseUs: Float64Array
  readonly serverUs: Float64Array
}

/** One traced reading from the device to its final anchor: what came after the promise. All from the same clock of this machine. */
export interface AnchoredSample {
  /** From the intended time to the final anchor, µs. */
  readonly totalUs: number
  /** In the order of {@link anchoredParts}, µs. */
  readonly parts: readonly number[]
}

/** The parts of {@link AnchoredSample}: up to the promise as in the answer, then by the ledger's spans. */
export const anchoredParts = ['network', 'parse + verify', 'append', 'sequence', 'wait for anchor', 'inclusion', 'finality'] as const
