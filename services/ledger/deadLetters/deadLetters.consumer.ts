import { DEAD_LETTERS, OnBatch, type RecordBatch } from '@brume/event-log'
import { Controller, Inject } from '@nestjs/common'
import { DEAD_LETTER_VIEW } from '../tokens.ts'
import type { DeadLetterView } from './deadLetterView.ts'

@Controller()
export class DeadLettersConsumer {
  constructor(@Inject(DEAD_LETTER_VIEW) private readonly letters: DeadLetterView) {}

  @OnBatch(DEAD_LETTERS, { mode: 'table' })
  see(batch: RecordBatch): Promise<void> {
    return this.letters.apply(batch)
  }
}
