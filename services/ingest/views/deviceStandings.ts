import type { DeviceState } from '@brume/event-log'
import { KeyTable } from './keyTable.ts'

export type DeviceStatus = DeviceState['status']

const NONE = -1
const statuses = ['active', 'suspended', 'revoked'] as const satisfies DeviceStatus[]
const ACTIVE = 0

/**
 * Devices as ingest needs them, in columns: about 300 bytes a device, so that 100,000 devices fit in a fog node beside everything else. Devices get a
 * small number in order of appearance, by which bindings and recent readings name them.
 */
export class DeviceStandings {
  readonly keys = new KeyTable()
  private readonly numbers = new Map<string, number>()
  private readonly tenants = new Map<string, number>()
  private readonly tenantNumbers: number[] = []
  private readonly statusNumbers: number[] = []
  private readonly firstKeys: number[] = []
  /** The keys of a device are a linked list, because nearly all have one: columns by the key's slot in `keys`. A key number never gets another key. */
  private readonly keyNumbers: number[] = []
  private readonly nextKeys: number[] = []
  private readonly replaced: boolean[] = []

  apply(device: DeviceState): void {
    const no = this.numberOf(device.id)
    this.tenantNumbers[no] = this.tenantNumber(device.tenantId)
    this.statusNumbers[no] = statuses.indexOf(device.status)
    for (const key of device.keys) this.putKey(no, key)
  }

  get size(): number {
    return this.numbers.size
  }

  find(deviceId: string): number | undefined {
    return this.numbers.get(deviceId)
  }

  /** Also for a device that only a binding or an entry has named so far: it has no tenant and no key yet. */
  numberOf(deviceId: string): number {
    const known = this.numbers.get(deviceId)
    if (known !== undefined) return known
    const no = this.numbers.size
    this.numbers.set(deviceId, no)
    this.tenantNumbers.push(NONE)
    this.statusNumbers.push(ACTIVE)
    this.firstKeys.push(NONE)
    return no
  }

  belongsTo(no: number, tenantId: string): boolean {
    return this.tenantNumbers[no] === this.tenants.get(tenantId)
  }

  statusOf(no: number): DeviceStatus {
    return statuses[this.statusNumbers[no] ?? ACTIVE] ?? 'revoked'
  }

  /** @returns the slot of the key in `keys` */
  keyOf(no: number, keyNumber: number): number | undefined {
    for (let slot = this.firstKeys[no] ?? NONE; slot !== NONE; slot = this.nextKeys[slot] ?? NONE) if (this.keyNumbers[slot] === keyNumber) return slot
    return undefined
  }

  isReplaced(slot: number): boolean {
    return this.replaced[slot] ?? true
  }

  private putKey(no: number, { number, jwk, status }: DeviceState['keys'][number]): void {
    const known = this.keyOf(no, number)
    const slot = known ?? this.addKey(no, number, jwk)
    if (slot !== undefined) this.replaced[slot] = status === 'replaced'
  }

  private addKey(no: number, number: number, jwk: DeviceState['keys'][number]['jwk']): number | undefined {
    const slot = this.keys.add(jwk)
    if (slot === undefined) return undefined
    this.keyNumbers[slot] = number
    this.nextKeys[slot] = this.firstKeys[no] ?? NONE
    this.firstKeys[no] = slot
    return slot
  }

  private tenantNumber(tenantId: string): number {
    const known = this.tenants.get(tenantId)
    if (known !== undefined) return known
    this.tenants.set(tenantId, this.tenants.size)
    return this.tenants.size - 1
  }
}
