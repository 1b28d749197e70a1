import { CHECKPOINTS, OnBatch, type RecordBatch } from '@brume/event-log'
import { Controller, Inject } from '@nestjs/common'
import { CHECKPOINT_WITNESS } from '../tokens.ts'
import type { FileWitness } from './fileWitness.ts'
import { LogWitness } from './logWitness.ts'

@Controller()
export class CheckpointsConsumer {
  constructor(@Inject(CHECKPOINT_WITNESS) private readonly witness: FileWitness | LogWitness) {}

  @OnBatch(CHECKPOINTS, { mode: 'table' })
  see(batch: RecordBatch): void {
    if (this.witness instanceof LogWitness) this.witness.see(batch)
  }
}
