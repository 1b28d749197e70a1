import type { Clock } from '@brume/config'
import { ENTRIES, writeDeadLetters, type EventLog, type OutboxPublisher, type RecordBatch } from '@brume/event-log'
import type { Metrics } from '@brume/observability'
import type { Database } from '@brume/prisma'
import type { LoggerService } from '@nestjs/common'
import type { SequencedBatch, SequencedRun, Sequencer } from './sequencer.ts'

export interface SequenceDeps {
  database: Database
  eventLog: EventLog
  sequencer: Sequencer
  outbox: OutboxPublisher
  clock: Clock
  logger: LoggerService
  metrics: Metrics
  /** The tree of a chain has grown. */
  onSequenced(run: SequencedRun): void
}

/** A batch smaller than this is followed by a pause, so that a trickle of readings does not cost one commit each. */
const SMALL_BATCH = 300
const PAUSE_MS = 40

/** Owns the partitions of `entries`: one transaction per batch, under the epoch that this process took at start. */
export class SequenceService {
  private readonly epochs = new Map<number, number>()
  private readonly commit
  private readonly batch
  private readonly equivocations
  private readonly unreadable

  constructor(private readonly deps: SequenceDeps) {
    this.commit = deps.metrics.stepHistogram('sequence', 'batch', 'seconds', { help: 'One transaction of the sequencer' })
    this.batch = deps.metrics.stepHistogram('sequence', 'batch', 'entries', { help: 'New entries of one transaction' })
    this.equivocations = deps.metrics.counter('sequence', 'equivocations', { help: 'Entries that contradict an earlier reading of their device' })
    this.unreadable = deps.metrics.counter('sequence', 'unreadable', { help: 'Records on the log that are no entry: ingest and ledger disagree, an alert' })
  }

  /** From here on this process, and no other, sequences. */
  async takePartitions(partitions: number): Promise<void> {
    await this.deps.database.exclusive(() => {
      for (let partition = 0; partition < partitions; partition++) this.epochs.set(partition, this.deps.sequencer.offsets.take(ENTRIES, partition).epoch)
    })
  }

  async position(partition: number): Promise<number> {
    return this.deps.sequencer.offsets.of(ENTRIES, partition).next
  }

  async take(batch: RecordBatch): Promise<void> {
    const startMs = performance.now()
    const epoch = this.epochs.get(batch.partition) ?? -1
    const sequenced = await this.deps.database.exclusive(() => this.deps.sequencer.sequence(batch, epoch))
    this.commit.observe((performance.now() - startMs) / 1000)
    await this.report(batch, sequenced)
    if (batch.records.length < SMALL_BATCH) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }

  private async report(batch: RecordBatch, { runs, unreadable }: SequencedBatch): Promise<void> {
    for (const run of runs) {
      this.batch.observe(run.to - run.from)
      this.equivocations.inc(run.equivocations.length)
      for (const { index, firstIndex } of run.equivocations) this.deps.logger.warn({ msg: 'equivocation', chain: run.chainId, index, firstIndex })
      if (run.controls > 0) this.deps.outbox.wake()
      this.deps.onSequenced(run)
    }
    this.unreadable.inc(unreadable.length)
    if (unreadable.length > 0) this.deps.logger.error({ msg: 'records that are no entry', partition: batch.partition, count: unreadable.length, firstOffset: unreadable[0]?.record.offset, firstReason: unreadable[0]?.reason })
    await writeDeadLetters(this.deps.eventLog, unreadable.map(({ record, reason }) => ({ topic: batch.topic, partition: batch.partition, record, reason })))
  }
}
