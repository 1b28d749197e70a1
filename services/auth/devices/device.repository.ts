import { Inject, Injectable } from '@nestjs/common'
import type { DeviceStatus } from '@brume/envelope'
import { DEVICES } from '@brume/event-log'
import type { Database, Transaction, WriteOptions } from '@brume/prisma'
import { DATABASE } from '@brume/runtime'
import { AuthOutbox } from '../authOutbox.ts'
import { deviceState } from './device.event.ts'
import { currentKey, type Device, type DeviceKey } from './device.ts'
import { deviceOf, rowOfKey, withKeys } from './deviceRow.ts'

/**
 * A change of a device runs alone among the changes of this device ({@link changeOf}): what its transaction reads is the newest state, and the event that
 * it leaves says just that, in the order of the commits.
 */
@Injectable()
export class DeviceRepository {
  constructor(@Inject(DATABASE) private readonly database: Database, private readonly outbox: AuthOutbox) {}

  async find(tenantId: string, id: string): Promise<Device | undefined> {
    const row = await this.database.prisma.device.findFirst({ where: { id, tenantId }, include: withKeys })
    return row ? deviceOf(row) : undefined
  }

  async page(tenantId: string, after: string | undefined, limit: number): Promise<Device[]> {
    const rows = await this.database.prisma.device.findMany({ where: { tenantId, id: { gt: after ?? '' } }, orderBy: { id: 'asc' }, take: limit, include: withKeys })
    return rows.map(deviceOf)
  }

  /** A unique violation of `Device` when the id is taken. Its keys are still to be added. */
  async create(tx: Transaction, { id, tenantId, name, status, createdAt }: Device): Promise<void> {
    await tx.device.create({ data: { id, tenantId, name, status, createdAt } })
  }

  /** The tenant's device that has, or had, this key. */
  async holderOf(tenantId: string, thumbprint: string): Promise<string | undefined> {
    const key = await this.database.prisma.deviceKey.findFirst({ where: { thumbprint, device: { tenantId } }, select: { deviceId: true } })
    return key?.deviceId
  }

  /** A unique violation of `DeviceKey` when somebody has, or had, this key. */
  async addKey(tx: Transaction, deviceId: string, key: DeviceKey): Promise<void> {
    await tx.deviceKey.updateMany({ where: { deviceId, replacedAt: null }, data: { replacedAt: key.createdAt } })
    await tx.deviceKey.create({ data: rowOfKey(deviceId, key) })
  }

  /** False when the device is no longer as it was seen: another status, or another key. */
  async move(tx: Transaction, seen: Device, to: DeviceStatus): Promise<boolean> {
    const { count } = await tx.device.updateMany({ where: { id: seen.id, status: seen.status, keys: { none: { number: { gt: currentKey(seen).number } } } }, data: { status: to } })
    return count === 1
  }

  /** Ends a change: the state that it made, on its way to the other services. */
  async publish(tx: Transaction, id: string, time: Date): Promise<Device> {
    const device = deviceOf(await tx.device.findUniqueOrThrow({ where: { id }, include: withKeys }))
    await this.outbox.add(tx, DEVICES, deviceState(device), time)
    return device
  }
}

/** The name under which the changes of a device come one after the other, over all replicas. */
export function changeOf(id: string): WriteOptions {
  return { alone: `auth device ${id}` }
}
