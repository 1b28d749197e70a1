import type { BindingState, ChainState } from '@brume/event-log'
import type { DeviceStandings } from './deviceStandings.ts'

/** A chain as ingest needs it. */
export interface ChainStanding {
  /** Small number of this process. */
  readonly no: number
  readonly id: string
  /** Numbers of the devices bound to it. */
  readonly bound: Set<number>
  /** Undefined while only a binding or an entry has named the chain: the topics have no order among each other. */
  state: ChainState | undefined
}

export class ChainStandings {
  private readonly chains = new Map<string, ChainStanding>()

  constructor(private readonly devices: DeviceStandings) {}

  apply(state: ChainState): void {
    this.named(state.id).state = state
  }

  applyBinding({ chainId, deviceId }: BindingState): void {
    this.named(chainId).bound.add(this.devices.numberOf(deviceId))
  }

  find(chainId: string): ChainStanding | undefined {
    return this.chains.get(chainId)
  }

  named(chainId: string): ChainStanding {
    const known = this.chains.get(chainId)
    if (known !== undefined) return known
    const chain: ChainStanding = { no: this.chains.size, id: chainId, bound: new Set(), state: undefined }
    this.chains.set(chainId, chain)
    return chain
  }
}
