import { BINDINGS, CHAINS, DEVICES, OnBatch, parseEvents, type EventLog, type RecordBatch } from '@brume/event-log'
import { EVENT_LOG } from '@brume/runtime'
import { Controller, Inject } from '@nestjs/common'
import { CHAIN_STANDINGS, DEVICE_STANDINGS } from '../tokens.ts'
import type { ChainStandings } from './chainStandings.ts'
import type { DeviceStandings } from './deviceStandings.ts'

/** Ingest asks no other service about devices, bindings and chains: every replica follows their topics. */
@Controller()
export class ViewsConsumer {
  constructor(
    @Inject(EVENT_LOG) private readonly log: EventLog,
    @Inject(DEVICE_STANDINGS) private readonly devices: DeviceStandings,
    @Inject(CHAIN_STANDINGS) private readonly chains: ChainStandings,
  ) {}

  @OnBatch(DEVICES, { mode: 'table' })
  async seeDevices(batch: RecordBatch): Promise<void> {
    for (const { data } of await parseEvents(this.log, DEVICES, batch)) this.devices.apply(data)
  }

  @OnBatch(CHAINS, { mode: 'table' })
  async seeChains(batch: RecordBatch): Promise<void> {
    for (const { data } of await parseEvents(this.log, CHAINS, batch)) this.chains.apply(data)
  }

  @OnBatch(BINDINGS, { mode: 'table' })
  async seeBindings(batch: RecordBatch): Promise<void> {
    for (const { data } of await parseEvents(this.log, BINDINGS, batch)) this.chains.applyBinding(data)
  }
}
