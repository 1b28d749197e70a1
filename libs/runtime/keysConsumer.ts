import { KEYS, OnBatch, type RecordBatch } from '@brume/event-log'
import { Controller, Inject } from '@nestjs/common'
import type { TableView } from './tableView.ts'
import { KEY_VIEW } from './tokens.ts'

/** Every process knows the public keys of every service: access tokens are checked offline. */
@Controller()
export class KeysConsumer {
  constructor(@Inject(KEY_VIEW) private readonly keys: TableView<typeof KEYS>) {}

  @OnBatch(KEYS, { mode: 'table' })
  async see(batch: RecordBatch): Promise<void> {
    await this.keys.apply(batch)
  }
}
