import type { TracedReading } from '../k6/measuredRequests.ts'
import type { AnchoredSample } from '../model/index.ts'
import type { ReadingSpans } from './spanIndex.ts'

/** A reading that was accepted and whose request carried a sampled `traceparent`; of a request with many, the parts are those of the request. */
export type SampledReading = Pick<TracedReading, 'traceId' | 'intendedAtMs' | 'parseUs' | 'verifyUs' | 'appendUs'>

/** A span starts on a whole ms, cut (`ReceivedSpan.startUs`), and counts from there: so its times are early, by so much in the mean. */
const CUT_IN_THE_MEAN_US = 500

/**
 * In the order of `anchoredParts`. The total is measured from end to end; of the parts, two come from the answer, and the others lie between two spans.
 * So they need not add up, and what they leave is what no step names: how a body arrives, how a reading is claimed.
 *
 * A record can be read from the log before whoever appended it has heard that it is there: on a busy fog node, by many ms. The way to the anchor did not wait
 * for that, so `append` counts until the sequencing ended, and `sequence` is 0.
 *
 * All clocks are the one of this machine. The intended time is good to some µs (loadStart.ts). Every time of a span is off by up to 0.5 ms either way once
 * what is cut in the mean is added: so are the total and `network`, which may come out below 0 where the network takes less. `sequence` and
 * `wait for anchor` lie between two spans, and are off by up to 1 ms. None of it is a bias, and none of it grows with the time that is measured.
 */
export function anchoredSample({ intendedAtMs, parseUs, verifyUs, appendUs }: SampledReading, spans: ReadingSpans): AnchoredSample {
  const { request, append, sequence, anchor, broadcastUs, includedUs } = spans
  const intendedUs = intendedAtMs * 1_000 - CUT_IN_THE_MEAN_US
  const overlapUs = Math.max(0, append.endUs - sequence.endUs)
  return {
    totalUs: anchor.endUs - intendedUs,
    parts: [
      request.startUs - intendedUs, // network: the way up, with all that the request waited before the server saw it
      parseUs + verifyUs,
      appendUs - overlapUs,
      sequence.endUs - append.endUs + overlapUs, // with the wait on the log
      broadcastUs - sequence.endUs, // wait for anchor: the checkpoint, or the turn of its own transaction
      includedUs - broadcastUs,
      anchor.endUs - includedUs, // finality: the evidence is stored
    ],
  }
}
