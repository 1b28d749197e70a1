import { Inject, Injectable } from '@nestjs/common'
import type { Clock, NewId } from '@brume/config'
import { jwkThumbprint } from '@brume/envelope'
import { commonProblems, toPage, type Page, type PageQuery, type Problem } from '@brume/http'
import { isUniqueViolation, type Database, type Transaction } from '@brume/prisma'
import { CLOCK, DATABASE, NEW_ID } from '@brume/runtime'
import { AuthOutbox } from '../authOutbox.ts'
import type { KeepAnswer } from '../idempotentPost.ts'
import { authProblems } from '../problems.ts'
import { deviceResource, type DeviceResource, type NewDevice, type NewKey } from './device.dto.ts'
import { nextStatus, possibleEvents, type DeviceEvent } from './device.lifecycle.ts'
import { changeOf, DeviceRepository } from './device.repository.ts'
import { MOST_KEYS, type Device, type DeviceKey } from './device.ts'
import { checkPossession, idInPossession, publicKeyOf, successorOf } from './newKey.ts'

/** What a change writes once the device has moved on, and the key that it adds. */
interface Change {
  readonly write: (tx: Transaction) => Promise<void>
  readonly newKey?: DeviceKey
}

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
    return this.commit(device, async (tx) => {
      await this.devices.create(tx, device)
      for (const key of device.keys) await this.devices.addKey(tx, device.id, key)
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
    return this.change(tenantId, id, event, keep, async () => ({ write: async () => undefined }))
  }

  replaceKey(tenantId: string, id: string, request: NewKey, keep: KeepAnswer): Promise<DeviceResource> {
    return this.change(tenantId, id, 'replace-key', keep, async (device, time) => {
      if (device.keys.length >= MOST_KEYS) throw authProblems.problem('device-keys-exhausted', `A device may have ${MOST_KEYS} keys in its life.`)
      const key = await successorOf(device, request, time)
      return { newKey: key, write: (tx) => this.devices.addKey(tx, device.id, key) }
    })
  }

  /**
   * Judges the device as it is seen, then writes if it is still so; else looks again. Signatures are checked outside the transaction, because the whole process waits
   * for its end.
   */
  private async change(tenantId: string, id: string, event: DeviceEvent, keep: KeepAnswer, prepare: (seen: Device, time: Date) => Promise<Change>): Promise<DeviceResource> {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const seen = await this.owned(tenantId, id)
      const to = nextStatus(seen.status, event)
      if (to === undefined) throw stateConflict(seen, event)
      const time = new Date(this.clock.now())
      const { write, newKey } = await prepare(seen, time)
      const changed = await this.commit({ id, tenantId, keys: newKey ? [newKey] : [] }, async (tx) => {
        if (!(await this.devices.move(tx, seen, to))) return undefined
        await write(tx)
        return keep(tx, deviceResource(await this.devices.publish(tx, id, time)))
      })
      if (changed !== undefined) return changed
    }
    throw commonProblems.problem('overloaded', 'Others change this device at the same time.', { headers: { 'retry-after': '1' } })
  }

  /** What is taken already is found by the database: another tenant's row cannot be seen, only be in the way. */
  private async commit<Result>(device: Pick<Device, 'id' | 'tenantId' | 'keys'>, work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    try {
      const result = await this.database.write(work, changeOf(device.id))
      this.outbox.wake()
      return result
    } catch (error) {
      if (isUniqueViolation(error, 'Device')) throw authProblems.problem('device-id-taken')
      if (isUniqueViolation(error, 'DeviceKey')) throw await this.keyTaken(device)
      throw error
    }
  }

  /** Whose key it is, is told to its own tenant only. */
  private async keyTaken({ tenantId, keys }: Pick<Device, 'tenantId' | 'keys'>): Promise<Problem> {
    const holders = await Promise.all(keys.map(({ thumbprint }) => this.devices.holderOf(tenantId, thumbprint)))
    const own = holders.find((id) => id !== undefined)
    if (own === undefined) return authProblems.problem('device-key-taken')
    return authProblems.problem('device-key-taken', `It is a key of your device ${own}.`, { extensions: { device: own } })
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
