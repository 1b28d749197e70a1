import type { ToxicLink, Toxiproxy } from '@brume/testing'
import { SiteGateway } from '../../gateway/siteGateway.ts'
import type { AchievedDelay, PlacementKind } from '../model/index.ts'
import { achievedDelay, directRoundTripMs, isTolerated } from './achievedDelay.ts'
import { interruptedDuring } from './interruptions.ts'
import { shortened, toxicDelay, wayDelays } from './linkDelays.ts'
import type { Network } from './networkProfile.ts'

export interface NetworkLinksOptions {
  readonly toxiproxy: Toxiproxy
  readonly kind: PlacementKind
  /** Of the system under test: a fog node, or the cloud's edge. */
  readonly upstream: string
  /** Names of the links begin with it (default: the kind): unique in one Toxiproxy. */
  readonly name?: string
}

/** Of settling a network. Near a half of a ms two neighbours are about as good, and the machine decides. */
const MOST_TRIES = 4

/** Asked for a round trip: what answers at once. haproxy answers /readyz itself; its /livez asks every service. */
const probePath: Readonly<Record<PlacementKind, string>> = { fog: '/livez', cloud: '/readyz', gateway: '/readyz' }

/**
 * The way from the devices to a placement: fog: link → node; cloud: one link with the sum of both delays → edge; gateway: link → forwarder → link → edge.
 * It is built once for a block; the networks of its cells are imposed on it one after the other.
 */
export class NetworkLinks implements AsyncDisposable {
  /** For devices. */
  readonly url: string
  /** At a gateway placement only; its CPU is the load generator's, not the system's. */
  readonly gateway: SiteGateway | undefined
  readonly #kind: PlacementKind
  readonly #deviceLink: ToxicLink
  readonly #cloudLink: ToxicLink | undefined
  readonly #directMs: number
  readonly #stack: AsyncDisposable
  #network: Network | undefined
  /** By network, whole ms: what the proxies themselves take, and the timers of a busy machine. */
  readonly #excess = new Map<string, number>()

  private constructor({ kind, deviceLink, cloudLink, gateway, directMs }: Built, stack: AsyncDisposable) {
    this.url = `http://${deviceLink.address}`
    this.gateway = gateway
    this.#kind = kind
    this.#deviceLink = deviceLink
    this.#cloudLink = cloudLink
    this.#directMs = directMs
    this.#stack = stack
  }

  /** Returns once it has measured a round trip without links; the system under test is idle. */
  static async build({ toxiproxy, kind, upstream, name = kind }: NetworkLinksOptions): Promise<NetworkLinks> {
    await using stack = new AsyncDisposableStack()
    const link = async (part: string, to: string): Promise<ToxicLink> => {
      const made = await toxiproxy.link({ name: `${name}-${part}`, upstream: new URL(to).host })
      stack.defer(() => made.remove())
      return made
    }
    const directMs = await directly(kind, upstream)
    if (kind !== 'gateway') return new NetworkLinks({ kind, directMs, deviceLink: await link('access', upstream) }, stack.move())
    const cloudLink = await link('region', upstream)
    const gateway = stack.use(await SiteGateway.start({ upstream: `http://${cloudLink.address}` }))
    return new NetworkLinks({ kind, directMs, gateway, cloudLink, deviceLink: await link('access', gateway.url) }, stack.move())
  }

  /** From now on requests meet this network, also those on open connections. */
  async impose(network: Network): Promise<void> {
    const { device, behindGateway } = wayDelays(this.#kind, network)
    await this.#deviceLink.delay(toxicDelay(shortened(device, this.#excess.get(network.name) ?? 0)))
    if (behindGateway) await this.#cloudLink?.delay(toxicDelay(behindGateway))
    this.#network = network
  }

  /** Imposes it, and again without what was found too much or too little, in whole ms, until it is what was asked for or no try is left. What is told is what was measured at last. */
  async settle(network: Network): Promise<AchievedDelay> {
    this.#excess.delete(network.name)
    for (let tries = 1; ; tries++) {
      await this.impose(network)
      const achieved = await this.achieved()
      const apartMs = achieved.achievedMs - achieved.askedMs
      if (isTolerated(achieved) || tries === MOST_TRIES) return achieved
      this.#excess.set(network.name, (this.#excess.get(network.name) ?? 0) + (Math.round(apartMs) || Math.sign(apartMs)))
    }
  }

  /** Of the network that is imposed. */
  achieved(): Promise<AchievedDelay> {
    const network = this.#imposed()
    return achievedDelay({ network: network.name, asked: wayDelays(this.#kind, network), url: this.url + probePath[this.#kind], directMs: this.#directMs })
  }

  /** While the work runs, the link that the network says is interrupted on its schedule: the devices' own. */
  during<T>(work: () => Promise<T>): Promise<T> {
    return interruptedDuring(this.#deviceLink, this.#imposed().access.drops, work)
  }

  /** No delay any more. */
  async heal(): Promise<void> {
    await this.#deviceLink.heal()
    await this.#cloudLink?.heal()
    this.#network = undefined
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.#stack[Symbol.asyncDispose]()
  }

  #imposed(): Network {
    if (this.#network === undefined) throw new Error('no network is imposed')
    return this.#network
  }
}

interface Built {
  readonly kind: PlacementKind
  readonly deviceLink: ToxicLink
  readonly cloudLink?: ToxicLink
  readonly gateway?: SiteGateway
  readonly directMs: number
}

/** At a gateway its own time belongs to the placement, not to the network, so it is in what is taken away. */
async function directly(kind: PlacementKind, upstream: string): Promise<number> {
  if (kind !== 'gateway') return directRoundTripMs(upstream + probePath[kind])
  await using gateway = await SiteGateway.start({ upstream })
  return await directRoundTripMs(gateway.url + probePath[kind])
}
