import { parsePublicJwk, signControlEntry, type ControlPayload, type DeviceStatus, type Signer } from '@brume/envelope'
import { DEVICES, ENTRIES, parseEvents, type DeviceState, type EventLog, type LogRecord, type PartitionOwner, type RecordBatch } from '@brume/event-log'
import type { Database } from '@brume/prisma'
import type { TableView } from '@brume/runtime'
import type { Chain } from '../chains/chain.ts'
import type { ChainRepository } from '../chains/chain.repository.ts'
import type { LedgerStore } from '../store/ledgerStore.ts'

export interface DeviceChangesDeps {
  database: Database
  eventLog: EventLog
  store: LedgerStore
  chainsIn(database: Database): ChainRepository
  devices: TableView<typeof DEVICES>
  signer: Signer
}

interface Standing {
  chainNo: number
  status: string
  keyNumber: number
}

/** What the entry of a change is stamped with: of the event, so that the same event makes the same bytes and collapses in the ledger. */
interface Stamp {
  id: string
  time: string
}

/** Device events numbers the offsets of the group; changes go to the partition of each chain, in one order with the readings there. */
const PARTITION = 0

/**
 * Carries suspension, revocation and new keys of a device into every ledger to which it is bound, as entries signed by the platform.
 * Idempotent: an event that is handled twice makes the same bytes, which have their leaf already.
 */
export class DeviceChanges implements PartitionOwner {
  private epoch = -1

  constructor(private readonly deps: DeviceChangesDeps) {}

  async assigned(): Promise<void> {
    this.epoch = (await this.deps.store.take(DEVICES, PARTITION)).epoch
  }

  async position(): Promise<number> {
    return (await this.deps.store.position(DEVICES, PARTITION)).next
  }

  async take(batch: RecordBatch): Promise<void> {
    for (const { data, id, time } of await parseEvents(this.deps.eventLog, DEVICES, batch)) await this.carry(data, { id, time })
    const next = (batch.records.at(-1)?.offset ?? -1) + 1
    await this.deps.store.moveTo(DEVICES, PARTITION, this.epoch, next)
  }

  /** A binding has just become an entry: what changed while it was on its way has found no ledger to go to. */
  async catchUp(chain: Chain, deviceId: string): Promise<void> {
    const device = this.deps.devices.get(deviceId)
    const standing = await this.deps.database.forTenant(chain.tenantId).prisma.chainDevice.findFirst({ where: { chainNo: chain.no, deviceId } })
    if (device && standing) await this.append(chain, await this.entriesOf(chain, device, standing, { id: `${deviceId}:${device.status}`, time: new Date(0).toISOString() }))
  }

  private async carry(device: DeviceState, stamp: Stamp): Promise<void> {
    const standings = await this.deps.database.forTenant(device.tenantId).prisma.chainDevice.findMany({ where: { deviceId: device.id } })
    for (const standing of standings) {
      const chain = await this.chainsOf(device.tenantId).numbered(standing.chainNo)
      if (chain) await this.append(chain, await this.entriesOf(chain, device, standing, stamp))
    }
  }

  private chainsOf(tenantId: string): ChainRepository {
    return this.deps.chainsIn(this.deps.database.forTenant(tenantId))
  }

  private async entriesOf(chain: Chain, device: DeviceState, standing: Standing, { id, time }: Stamp): Promise<Uint8Array[]> {
    const iat = Math.floor(Date.parse(time) / 1000)
    const payloads = [...newKeys(device, standing.keyNumber), ...newStatus(device, standing.status)]
    return Promise.all(payloads.map((payload, i) => signControlEntry({ chain: chain.id, iat, jti: `${id}.${i}` }, payload, this.deps.signer)))
  }

  private async append(chain: Chain, entries: Uint8Array[]): Promise<void> {
    const records: LogRecord[] = entries.map((value) => ({ key: chain.id, value }))
    if (records.length > 0) await this.deps.eventLog.append(ENTRIES, chain.partition, records)
  }
}

function newKeys(device: DeviceState, known: number): ControlPayload[] {
  return device.keys.filter(({ number }) => number > known).sort((a, b) => a.number - b.number).flatMap((key): ControlPayload[] => {
    const parsed = parsePublicJwk(key.jwk)
    if (!parsed.ok || key.possession === undefined) return []
    const subject = { typ: 'brume-key' as const, device: device.id, keyNumber: key.number, jwk: parsed.value.jwk, possession: key.possession }
    return [key.endorsement === undefined ? { ...subject, lost: true } : { ...subject, lost: false, endorsement: key.endorsement }]
  })
}

function newStatus(device: DeviceState, known: string): ControlPayload[] {
  const status: DeviceStatus = device.status
  return status === known ? [] : [{ typ: 'brume-device-status', device: device.id, status }]
}
