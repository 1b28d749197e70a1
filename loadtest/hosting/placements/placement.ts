import type { BrumeClient, ChainResource } from '@brume/client'
import { waitUntil } from '@brume/testing'
import type { BoundDevice } from '../../bench/site/boundDevice.ts'
import type { PartsCpu } from '../../bench/probes/partsCpu.ts'
import type { Limits } from '../limits/index.ts'
import type { EnforcedLimits, PlacementSpec, WriteMode } from '../model/index.ts'
import { ANCHORING } from './anchoring.ts'
import { CostMeter } from './costMeter.ts'
import type { HostedSystem } from './hostedSystem.ts'

/** A chain with devices that may write to it. */
export interface HostedChain {
  readonly chain: ChainResource
  readonly devices: readonly BoundDevice[]
  readonly costs: CostMeter
}

/** A part of the system has ended by itself: what was measured since says nothing. */
export class PlacementGone extends Error {
  override name = 'PlacementGone'
}

const EMPTY_LIMIT_MS = 5_000

/** The system under test of one block, all its processes in the group `system`. */
export class Placement implements AsyncDisposable {
  readonly spec: PlacementSpec
  readonly #system: HostedSystem
  readonly #limits: Limits
  readonly #killedBefore: number

  /** @param killedBefore what the group has counted before this system began */
  constructor(spec: PlacementSpec, system: HostedSystem, limits: Limits, killedBefore: number) {
    this.spec = spec
    this.#system = system
    this.#limits = limits
    this.#killedBefore = killedBefore
  }

  /** Where devices, or the forwarder at their site, connect: the fog node, or the cloud's edge proxy. */
  get url(): string {
    return this.#system.site.url
  }

  get client(): BrumeClient {
    return this.#system.site.client
  }

  /** Of the tenant whose chain it is. */
  get token(): string {
    return this.#system.site.token
  }

  /** None where nothing is enforced. */
  get pids(): readonly number[] {
    return this.#limits.system.pids
  }

  /** Ready, with devices whose first reading has been accepted. */
  async chain(writeMode: WriteMode, devices: number): Promise<HostedChain> {
    const { site, storedBytes } = this.#system
    const chain = await site.chain({ writeMode, anchoring: ANCHORING })
    return { chain, devices: await site.devices(chain, devices), costs: new CostMeter(site.client, chain, storedBytes) }
  }

  /** From here on the system has no more than its placement's cores. Until then it starts, and its chain is made, as quickly as it can. */
  enforce(): EnforcedLimits {
    const { cores, memoryMiB } = this.spec
    this.#limits.system.set({ cores, memoryMiB })
    return this.#limits.enforced()
  }

  /** Of all its processes, since they began, µs: by the group, or where there is none the sum of those that run now. */
  cpuUs(): number {
    return this.#limits.system.cpuUs() ?? totalOf(this.#system.site.cpu())
  }

  /** How long its quota has held it back, µs. */
  throttledUs(): number {
    return this.#limits.system.throttledUs()
  }

  /** @throws PlacementGone with what the part wrote last */
  requireWhole(): void {
    const killed = this.#limits.system.killedForMemory() - this.#killedBefore
    const gone = [this.#system.site.gone(), killed === 0 ? '' : overMemory(this.spec, killed)].filter(Boolean)
    if (gone.length > 0) throw new PlacementGone(`${this.spec.name}: ${gone.join('\n')}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#limits.system.unlimited() // a quarter of a core would take minutes to end in order
    try {
      await this.#system.site[Symbol.asyncDispose]()
    } finally {
      await emptied(this.#limits)
    }
  }
}

export function overMemory({ memoryMiB }: PlacementSpec, killed: number): string {
  return `the kernel has killed ${killed} of its processes, because together they held more than their ${memoryMiB} MiB`
}

/** Who is still there after a moment is not waited for: the group is only ours. */
export async function emptied({ system }: Limits): Promise<void> {
  const empty = (): boolean => system.pids.length === 0
  await waitUntil('the end of the system under test', empty, { limitMs: EMPTY_LIMIT_MS }).catch(() => {
    for (const pid of system.pids) kill(pid)
  })
  await waitUntil('the end of the system under test', empty, { limitMs: EMPTY_LIMIT_MS })
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

/** `services` is the sum of auth, ingest and ledger. */
function totalOf({ services, broker, database, edge, engines }: PartsCpu): number {
  return services + broker + database + edge + engines
}
