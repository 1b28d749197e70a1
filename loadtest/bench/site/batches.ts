import type { SignedReading } from '@brume/testing'
import { batchRequest } from '../load/requests.ts'
import { signed, type BoundDevice } from './benchSite.ts'

export const BATCH = 100

/** Requests of 100 readings, each of one device, the devices in turn. */
export function signedBatches(devices: readonly BoundDevice[], readings: number): { requests: Buffer[]; readings: SignedReading[] } {
  const batches = Array.from({ length: Math.ceil(readings / BATCH) }, (_, i) => signed(turn(devices, i), BATCH))
  return { requests: batches.map(batchRequest), readings: batches.flat() }
}

/** The device whose turn it is. */
export function turn<T>(devices: readonly T[], at: number): T {
  const device = devices[at % devices.length]
  if (device === undefined) throw new RangeError('no devices')
  return device
}
