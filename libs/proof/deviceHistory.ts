import type { ControlPayload, DeviceStatus, PublicJwk, ReadingEnvelope } from '@brume/envelope'
import { entryFlags } from './entryFlags.ts'

export type { DeviceStatus }

export interface KnownKey {
  number: number
  jwk: PublicJwk
  /** Index of the entry that made the key known. */
  index: number
}

export interface DeviceStanding {
  status: DeviceStatus
  /** The key that signs now. */
  keyNumber: number
  keys: Map<number, KnownKey>
}

/**
 * Devices of one chain as its own control entries tell them, in order. Ledger and `fsck` derive keys and flags with this same code, so
 * that what a stranger computes from the public entries is what the ledger says.
 */
export class DeviceHistory {
  private readonly devices = new Map<string, DeviceStanding>()

  /** A standing read back from storage. */
  restore(deviceId: string, standing: DeviceStanding): void {
    this.devices.set(deviceId, standing)
  }

  of(deviceId: string): DeviceStanding | undefined {
    return this.devices.get(deviceId)
  }

  /** Applies the control entry at `index`; revocation is for good. */
  apply(control: ControlPayload, index: number): void {
    if (control.typ === 'brume-device-status') this.setStatus(control.device, control.status)
    else this.addKey(control.device, { number: control.keyNumber, jwk: control.jwk, index })
  }

  /** The flags that follow from the device's standing; repeat and equivocation follow from other readings. */
  flagsOf({ signer }: ReadingEnvelope): number {
    const device = this.devices.get(signer.deviceId)
    if (!device) return entryFlags.unbound
    return (device.status === 'active' ? 0 : entryFlags[device.status]) | (signer.keyNumber === device.keyNumber ? 0 : entryFlags.staleKey)
  }

  private setStatus(deviceId: string, status: DeviceStatus): void {
    const device = this.devices.get(deviceId)
    if (device && device.status !== 'revoked') device.status = status
  }

  private addKey(deviceId: string, key: KnownKey): void {
    const device = this.devices.get(deviceId)
    if (!device) {
      this.devices.set(deviceId, { status: 'active', keyNumber: key.number, keys: new Map([[key.number, key]]) })
      return
    }
    if (!device.keys.has(key.number)) device.keys.set(key.number, key)
    device.keyNumber = Math.max(device.keyNumber, key.number)
  }
}
