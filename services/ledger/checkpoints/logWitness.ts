import { CHECKPOINTS, type EventLog, type RecordBatch } from '@brume/event-log'
import type { CheckpointWitness } from './checkpointWitness.ts'

/** A compacted topic of the log, which every replica reads as a table. */
export class LogWitness implements CheckpointWitness {
  private readonly notes = new Map<string, string>()

  constructor(private readonly eventLog: EventLog) {}

  async remember(chainId: string, note: string): Promise<void> {
    await this.eventLog.append(CHECKPOINTS, 0, [{ key: chainId, value: Buffer.from(note) }])
  }

  newest(chainId: string): string | undefined {
    return this.notes.get(chainId)
  }

  see(batch: RecordBatch): void {
    for (const { key, value } of batch.records) this.notes.set(key, Buffer.from(value).toString())
  }
}
