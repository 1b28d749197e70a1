import { BINDINGS, DEVICES, OnBatch, type RecordBatch } from '@brume/event-log'
import type { TableView } from '@brume/runtime'
import { Controller, Inject } from '@nestjs/common'
import { BINDING_VIEW, DEVICE_CHANGES, DEVICE_VIEW } from '../tokens.ts'
import type { DeviceChanges } from './deviceChanges.ts'

@Controller()
export class DevicesConsumer {
  constructor(
    @Inject(DEVICE_VIEW) private readonly devices: TableView<typeof DEVICES>,
    @Inject(BINDING_VIEW) private readonly bindings: TableView<typeof BINDINGS>,
    @Inject(DEVICE_CHANGES) private readonly changes: DeviceChanges,
  ) {}

  @OnBatch(DEVICES, { mode: 'table' })
  async see(batch: RecordBatch): Promise<void> {
    await this.devices.apply(batch)
  }

  @OnBatch(BINDINGS, { mode: 'table' })
  async seeBindings(batch: RecordBatch): Promise<void> {
    await this.bindings.apply(batch)
  }

  @OnBatch(DEVICES, { mode: 'queue', group: 'ledger-devices' })
  carry(batch: RecordBatch): Promise<void> {
    return this.changes.take(batch)
  }
}
