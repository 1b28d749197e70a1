import { ENTRIES, writeDeadLetters, type EventLog, type OutboxPublisher, type PartitionOwner, type RecordBatch } from '@brume/event-log'
import { debugLines, spanOf, traceOf, type Metrics } from '@brume/observability'
import type { LoggerService } from '@nestjs/common'
import type { PartitionHold } from '../ownership/partitionHold.ts'
import { EpochLost } from '../store/errors.ts'
import type { UnreadableRecord } from './parsedRecord.ts'
import type { SequencedBatch, SequencedRun, Sequencer } from './sequencer.ts'
import { tracedRun, type TracedRun } from './tracedRun.ts'

export interface SequenceDeps {
  eventLog: EventLog
  sequencer: Sequencer
  outbox: OutboxPublisher
  logger: LoggerService
  metrics: Metrics
  /** The views have reached the end of the log: what this replica is to compare its ledgers with is known. */
  ready: () => Promise<void>
  /** This process has taken a partition: its chains are to be anchored here. */
  onHeld(hold: PartitionHold): Promise<void>
  /** Somebody else has it, or will. */
  onReleased(partition: number): void
  /** The tree of a chain has grown. */
  onSequenced(run: SequencedRun, traced: TracedRun | undefined): void
}

/** A batch smaller than this is followed by a pause, so that a trickle of readings does not cost one commit each. */
const SMALL_BATCH = 300
const PAUSE_MS = 40

/** Sequences the partitions of `entries` that this process holds: one transaction per batch, under the epoch that it took with the partition. */
export class SequenceService implements PartitionOwner {
  private readonly epochs = new Map<number, number>()
  private readonly commit
  private readonly batch
  private readonly equivocations
  private readonly unreadable
  private readonly debug

  constructor(private readonly deps: SequenceDeps) {
    this.commit = deps.metrics.stepHistogram('sequence', 'batch', 'seconds', { help: 'One transaction of the sequencer' })
    this.batch = deps.metrics.stepHistogram('sequence', 'batch', 'entries', { help: 'New entries of one transaction' })
    this.equivocations = deps.metrics.counter('sequence', 'equivocations', { help: 'Entries that contradict an earlier reading of their device' })
    this.debug = debugLines(deps.logger)
    this.unreadable = deps.metrics.counter('sequence', 'unreadable', { help: 'Records on the log that are no entry: ingest and ledger disagree, an alert' })
  }

  /** From here on this process, and no other, sequences the partition. */
  async assigned(_topic: string, partition: number): Promise<void> {
    await this.deps.ready()
    const { epoch } = await this.deps.sequencer.takePartition(ENTRIES, partition)
    this.epochs.set(partition, epoch)
    await this.deps.onHeld({ partition, epoch })
  }

  async revoked(_topic: string, partition: number): Promise<void> {
    this.epochs.delete(partition)
    this.deps.onReleased(partition)
    this.deps.sequencer.dropPartition(partition)
  }

  async position(_topic: string, partition: number): Promise<number> {
    return (await this.deps.sequencer.position(ENTRIES, partition)).next
  }

  async take(batch: RecordBatch): Promise<void> {
    const startMs = performance.now()
    const span = spanOf('sequence', { from: tracesOf(batch), attributes: { 'messaging.destination.partition.id': String(batch.partition), 'messaging.batch.message_count': batch.records.length } })
    const sequenced = await this.sequence(batch).catch((error: unknown) => {
      span.end(error)
      throw error
    })
    span.end()
    this.commit.observe((performance.now() - startMs) / 1000)
    this.report(sequenced, span.traceparent)
    this.tell(batch, sequenced)
    if (batch.records.length < SMALL_BATCH) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }

  /** Whoever has lost the partition without having been told stops anchoring its chains too. */
  private async sequence(batch: RecordBatch): Promise<SequencedBatch> {
    const epoch = this.epochs.get(batch.partition)
    if (epoch === undefined) throw new EpochLost(`${ENTRIES}/${batch.partition} is not held by this process`)
    try {
      return await this.deps.sequencer.sequence(batch, epoch, (unreadable) => this.setAside(batch, unreadable))
    } catch (error) {
      if (error instanceof EpochLost) await this.revoked(batch.topic, batch.partition)
      throw error
    }
  }

  private report(sequenced: SequencedBatch, traceparent: string | undefined): void {
    for (const run of sequenced.runs) {
      this.batch.observe(run.to - run.from)
      this.equivocations.inc(run.equivocations.length)
      for (const { index, firstIndex } of run.equivocations) this.deps.logger.warn({ msg: 'equivocation', chain: run.chainId, index, firstIndex })
      if (run.controls > 0) this.deps.outbox.wake()
      this.deps.onSequenced(run, tracedRun(run, sequenced, traceparent))
    }
  }

  /** Each entry, where somebody looks for one. */
  private tell({ topic, partition }: RecordBatch, { records }: SequencedBatch): void {
    if (!this.debug) return
    for (const { envelope, leafHash, offset } of records) {
      const device = envelope.typ === 'brume-reading' ? { device: envelope.signer.deviceId } : {}
      this.debug({ msg: 'sequenced', ...device, chain: envelope.chain, leafHash: Buffer.from(leafHash).toString('base64url'), topic, partition, offset })
    }
  }

  private async setAside({ topic, partition }: RecordBatch, unreadable: readonly UnreadableRecord[]): Promise<void> {
    this.unreadable.inc(unreadable.length)
    this.deps.logger.error({ msg: 'records that are no entry', topic, partition, count: unreadable.length, firstOffset: unreadable[0]?.record.offset, firstReason: unreadable[0]?.reason })
    await writeDeadLetters(this.deps.eventLog, unreadable.map(({ record, reason }) => ({ topic, partition, record, reason })))
  }
}

function* tracesOf({ records }: RecordBatch): Generator<string | undefined> {
  for (const { headers } of records) if (headers) yield traceOf(headers)
}
