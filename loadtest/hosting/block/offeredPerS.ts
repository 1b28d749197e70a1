import type { Capacity, Cell } from '../model/index.ts'

/** k6 takes rates in thousandths of a request per second. */
const STEP = 1_000

/** A load is a share of what the placement itself bears. */
export function offeredPerS({ load }: Pick<Cell, 'load'>, { perS }: Pick<Capacity, 'perS'>): number {
  return Math.max(1, Math.round(load * perS * STEP)) / STEP
}
