import { CHAINS, OnBatch, parseEvents, type EventLog, type RecordBatch } from '@brume/event-log'
import { EVENT_LOG } from '@brume/runtime'
import { Controller, Inject } from '@nestjs/common'
import { CHAIN_KEEPER } from '../tokens.ts'
import type { ChainKeeper } from './chainKeeper.ts'

/** Any replica may be asked to change a chain; the one that holds its partition acts. */
@Controller()
export class ChainsConsumer {
  constructor(@Inject(EVENT_LOG) private readonly eventLog: EventLog, @Inject(CHAIN_KEEPER) private readonly keeper: ChainKeeper) {}

  @OnBatch(CHAINS, { mode: 'table' })
  async see(batch: RecordBatch): Promise<void> {
    for (const { data } of await parseEvents(this.eventLog, CHAINS, batch)) this.keeper.changed(data.id, data.partition)
  }
}
