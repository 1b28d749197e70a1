import type { BoundDevice } from '../../bench/site/boundDevice.ts'
import type { WriteMode } from '../model/index.ts'
import type { AnchoredReadings } from './anchoredReadings.ts'
import type { Milestone } from './milestone.ts'

/** A chain on the system under test, with all that load on it needs. */
export interface LoadedChain {
  readonly id: string
  readonly writeMode: WriteMode
  readonly devices: readonly BoundDevice[]
  /** Of the tenant whose chain it is. */
  readonly token: string
  readonly milestone: Milestone
  readonly anchored: AnchoredReadings
}
