import type { DeviceStatus } from '@brume/envelope'

export type DeviceEvent = 'suspend' | 'resume' | 'revoke' | 'replace-key'

/** A suspended device may get a new key: that is what one suspends a stolen device for. Revocation is for good. */
const transitions: Record<DeviceStatus, Partial<Record<DeviceEvent, DeviceStatus>>> = {
  active: { suspend: 'suspended', revoke: 'revoked', 'replace-key': 'active' },
  suspended: { resume: 'active', revoke: 'revoked', 'replace-key': 'suspended' },
  revoked: {},
}

/** @returns the status after `event`, or undefined where the table has no such step. */
export function nextStatus(status: DeviceStatus, event: DeviceEvent): DeviceStatus | undefined {
  return transitions[status][event]
}

/** The events that the table knows in this status, for the text of a refusal. */
export function possibleEvents(status: DeviceStatus): DeviceEvent[] {
  return DEVICE_EVENTS.filter((event) => transitions[status][event] !== undefined)
}

export const DEVICE_EVENTS: readonly DeviceEvent[] = ['suspend', 'resume', 'revoke', 'replace-key']
