/** What a device must not forget on one chain: with a `seq` used twice it would contradict itself (equivocation). */
export interface DeviceState {
  /** Raised by hand when the state was lost; readings of a new epoch count from 0 again. */
  readonly epoch: number
  /** Of the next reading. */
  readonly nextSeq: number
  /** Leaf hash of the last envelope that was signed, base64url. */
  readonly prv?: string
  /** Signed and not yet acknowledged, oldest first. */
  readonly unsent: readonly string[]
}

/** Where a device keeps its state. `save` returns once a crash cannot undo it. */
export interface DeviceStateStore {
  load(): Promise<DeviceState | undefined>
  save(state: DeviceState): Promise<void>
}

export const freshState: DeviceState = { epoch: 0, nextSeq: 0, unsent: [] }

/** For devices that live no longer than their process. One that is started again with the same key must not use it. */
export class MemoryDeviceState implements DeviceStateStore {
  #state: DeviceState | undefined

  async load(): Promise<DeviceState | undefined> {
    return this.#state
  }

  async save(state: DeviceState): Promise<void> {
    this.#state = state
  }
}
