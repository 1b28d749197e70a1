import { Inject, Injectable } from '@nestjs/common'
import type { Clock, NewId } from '@brume/config'
import { jwkThumbprint } from '@brume/envelope'
import { commonProblems, toPage, type Page, type PageQuery } from '@brume/http'
import type { Database, Transaction } from '@brume/prisma'
import { CLOCK, DATABASE, NEW_ID } from '@brume/runtime'
import { AuthOutbox } from '../authOutbox.ts'
import type { KeepAnswer } from '../idempotentPost.ts'
import { authProblems } from '../problems.ts'
import { deviceResource, type DeviceResource, type NewDevice, type NewKey } from './device.dto.ts'
import { nextStatus, possibleEvents, type DeviceEvent } from './device.lifecycle.ts'
import { DeviceRepository } from './device.repository.ts'
import { MOST_KEYS, type Device, type DeviceKey } from './device.ts'
import { checkPossession, idInPossession, publicKeyOf, successorOf } from './newKey.ts'

/** A change that others overtake so often does not come through by trying once more. */
const MOST_TRIES = 3

@Injectable()
export class DeviceService {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(NEW_ID) private readonly newId: NewId,
    private readonly devices: DeviceRepository,
    private readonly outbox: AuthOutbox,
  ) {}

  async register(tenantId: string, request: NewDevice, keep: KeepAnswer): Promise<DeviceResource> {
    const device = await this.newDevice(tenantId, request)
    return this.commit(async (tx) => {
      if (!(await this.devices.create(tx, device))) throw authProblems.problem('device-id-taken')
      for (const key of device.keys) await this.addKey(tx, device, key)
      return keep(tx, deviceResource(await this.devices.publish(tx, device.id, device.createdAt)))
    })
  }

  async list(tenantId: string, query: PageQuery): Promise<Page<DeviceResource>> {
    const page = toPage(await this.devices.page(tenantId, query.after, query.limit + 1), query, ({ id }) => id)
    return { ...page, items: page.items.map(deviceResource) }
  }

  async get(tenantId: string, id: string): Promise<DeviceResource> {
    return deviceResource(await this.owned(tenantId, id))
  }

  move(tenantId: string, id: string, event: Exclude<DeviceEvent, 'replace-key'>, keep: KeepAnswer): Promise<DeviceResource> {
    return this.change(tenantId, id, event, keep, async () => async () => undefined)
  }

  replaceKey(tenantId: string, id: string, request: NewKey, keep: KeepAnswer): Promise<DeviceResource> {
    return this.change(tenantId, id, 'replace-key', keep, async (device, time) => {
      if (device.keys.length >= MOST_KEYS) throw authProblems.problem('device-keys-exhausted', `A device may have ${MOST_KEYS} keys in its life.`)
      const key = await successorOf(device, request, time)
      return (tx) => this.addKey(tx, device, key)
    })
  }

  /**
   * Judges the device as it is seen, then writes if it is still so; else looks again. Signatures are checked outside the transaction, because the whole process waits
   * for its end.
   */
  private async change(tenantId: string, id: string, event: DeviceEvent, keep: KeepAnswer, prepare: (seen: Device, time: Date) => Promise<(tx: Transaction) => Promise<void>>): Promise<DeviceResource> {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const seen = await this.owned(tenantId, id)
      const to = nextStatus(seen.status, event)
      if (to === undefined) throw stateConflict(seen, event)
      const time = new Date(this.clock.now())
      const write = await prepare(seen, time)
      const changed = await this.commit(async (tx) => {
        if (!(await this.devices.move(tx, seen, to))) return undefined
        await write(tx)
        return keep(tx, deviceResource(await this.devices.publish(tx, id, time)))
      })
      if (changed !== undefined) return changed
    }
    throw commonProblems.problem('overloaded', 'Others change this device at the same time.', { headers: { 'retry-after': '1' } })
  }

  private async commit<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    const result = await this.database.write(work)
    this.outbox.wake()
    return result
  }

  private async addKey(tx: Transaction, { id, tenantId }: Device, key: DeviceKey): Promise<void> {
    const holder = await this.devices.holderOf(tx, key.thumbprint)
    if (holder !== undefined) throw keyTaken(holder, tenantId)
    await this.devices.addKey(tx, id, key)
  }

  private async newDevice(tenantId: string, { name, jwk: sent, possession }: NewDevice): Promise<Device> {
    const jwk = publicKeyOf(sent)
    const id = possession === undefined ? this.newId() : idInPossession(possession)
    if (possession !== undefined) await checkPossession(possession, id, 1, jwk)
    const createdAt = new Date(this.clock.now())
    const key = { number: 1, jwk, thumbprint: await jwkThumbprint(jwk), possession, lost: false, createdAt }
    return { id, tenantId, name, status: 'active', keys: [key], createdAt }
  }

  private async owned(tenantId: string, id: string): Promise<Device> {
    const device = await this.devices.find(tenantId, id)
    if (device === undefined) throw authProblems.problem('device-not-registered', `There is no device ${id}.`)
    return device
  }
}

function stateConflict({ status }: Device, event: DeviceEvent) {
  return authProblems.problem('device-state-conflict', `A device that is ${status} does not take "${event}".`, { extensions: { state: status, possible: possibleEvents(status) } })
}

/** Whose key it is, is told to its own tenant only. */
function keyTaken(holder: { id: string; tenantId: string }, tenantId: string) {
  if (holder.tenantId !== tenantId) return authProblems.problem('device-key-taken')
  return authProblems.problem('device-key-taken', `It is a key of your device ${holder.id}.`, { extensions: { device: holder.id } })
}
