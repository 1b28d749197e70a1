import { ENTRIES, OnBatch, type RecordBatch } from '@brume/event-log'
import { Controller, Inject } from '@nestjs/common'
import { SEQUENCE_SERVICE } from '../tokens.ts'
import type { SequenceService } from './sequence.service.ts'

@Controller()
export class EntriesConsumer {
  constructor(@Inject(SEQUENCE_SERVICE) private readonly sequence: SequenceService) {}

  @OnBatch(ENTRIES, { mode: 'queue', group: 'ledger', maxRecords: 500 })
  take(batch: RecordBatch): Promise<void> {
    return this.sequence.take(batch)
  }
}
