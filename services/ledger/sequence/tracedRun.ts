import { isSampled, isTracing } from '@brume/observability'
import type { SequencedRun } from './batchDraft.ts'
import type { SequencedBatch } from './sequencer.ts'

/** An entry that came with a sampled trace. */
export interface TracedEntry {
  readonly index: number
  /** Of the span that its record carries: the append. */
  readonly traceparent: string
}

/** What is traced of the new entries of one ledger, by rising index; never empty. */
export interface TracedRun {
  readonly entries: readonly TracedEntry[]
  /** `traceparent` of the span of the step that sequenced them. */
  readonly sequenced: string
}

/** Undefined with tracing off, and where nobody traces any of the run. What made no entry (the same bytes again) has its anchor already, or waits for it in another trace. */
export function tracedRun({ chainId }: SequencedRun, { records, indexOf }: SequencedBatch, sequenced: string | undefined): TracedRun | undefined {
  if (!isTracing() || sequenced === undefined || !isSampled(sequenced)) return undefined
  const entries: TracedEntry[] = []
  for (const record of records) {
    if (record.envelope.chain !== chainId || record.traceparent === undefined || !isSampled(record.traceparent)) continue
    const index = indexOf(record)
    if (index !== undefined) entries.push({ index, traceparent: record.traceparent })
  }
  return entries.length === 0 ? undefined : { entries, sequenced }
}
