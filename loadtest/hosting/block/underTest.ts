import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AnchoredReadings } from '../capacity/anchoredReadings.ts'
import type { LoadedChain } from '../capacity/loadedChain.ts'
import { Milestone } from '../capacity/milestone.ts'
import { warmUp } from '../capacity/saturation.ts'
import { saturationTarget } from '../capacity/saturationTarget.ts'
import type { Block, EnforcedLimits } from '../model/index.ts'
import { NetworkLinks } from '../networks/index.ts'
import { startPlacement, type CostMeter, type Placement } from '../placements/index.ts'
import type { BlockBench } from './blockBench.ts'

/** That write. A few are enough for what a device costs a request; each takes a moment to be bound. */
const DEVICES = 4
/**
 * Length of the last round of warming up; all of them take about twice as much. Node and the JVM of a broker still compile after ten thousand readings, and a quarter of
 * a core would take minutes for that: so they have all CPUs until then. A trial is over sooner.
 */
const WARM_UP_S = 4
const TRIAL_WARM_UP_S = 0.5

/** The fresh system of one block with its chain, its devices and the way to it; gone with everything when it is disposed. */
export class UnderTest implements AsyncDisposable {
  readonly placement: Placement
  readonly chain: LoadedChain
  readonly costs: CostMeter
  readonly links: NetworkLinks
  readonly limits: EnforcedLimits
  /** With the tenant's token, for scenarios that read. */
  readonly tokenFile: string
  readonly #stack: AsyncDisposable

  private constructor(parts: Pick<UnderTest, 'placement' | 'chain' | 'costs' | 'links' | 'limits' | 'tokenFile'>, stack: AsyncDisposable) {
    this.placement = parts.placement
    this.chain = parts.chain
    this.costs = parts.costs
    this.links = parts.links
    this.limits = parts.limits
    this.tokenFile = parts.tokenFile
    this.#stack = stack
  }

  static async start({ placement: spec, writeMode }: Block, { plan, limits, toxiproxy, spans, folder, signal, progress }: BlockBench): Promise<UnderTest> {
    await using stack = new AsyncDisposableStack()
    const placement = stack.use(await startPlacement(spec, { folder, limits, env: spans.environment, progress, signal }))
    const { chain: { id }, devices: [marked, ...devices], costs } = await placement.chain(writeMode, DEVICES + 1)
    if (marked === undefined) throw new RangeError('the chain has no devices')
    signal.throwIfAborted()
    const milestone = new Milestone(placement.client, marked, signal)
    const chain = { id, writeMode, devices, token: placement.token, milestone, anchored: new AnchoredReadings(portOf(placement.url), marked, milestone) }
    await warmUp(saturationTarget(portOf(placement.url), chain, 'reading'), plan.trial ? TRIAL_WARM_UP_S : WARM_UP_S, signal)
    const enforced = placement.enforce()
    const links = stack.use(await NetworkLinks.build({ toxiproxy, kind: spec.kind, upstream: placement.url }))
    return new UnderTest({ placement, chain, costs, links, limits: enforced, tokenFile: writeToken(folder, placement.token) }, stack.move())
  }

  /** Without delays, once the links are healed: the forwarder is a part of its placement. */
  get undelayedPort(): number {
    return portOf(this.links.gateway?.url ?? this.placement.url)
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.#stack[Symbol.asyncDispose]()
  }
}

function portOf(url: string): number {
  return Number(new URL(url).port)
}

function writeToken(folder: string, token: string): string {
  const file = join(folder, 'tenant.token')
  writeFileSync(file, token, { mode: 0o600 })
  return file
}
