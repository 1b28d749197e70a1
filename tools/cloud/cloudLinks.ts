import { freePort, Toxiproxy, type ToxicLink } from '@brume/testing'
import type { CloudPorts, ReplicaName } from './cloudPorts.ts'

/** A connection that shall go through Toxiproxy, so that it can be made slow, silent or cut. */
export interface LinkPlan {
  readonly from: ReplicaName | 'edge'
  readonly to: 'broker' | 'database' | 'engines' | ReplicaName
}

/** Who reaches whom where: straight, or through a link. */
export class CloudLinks implements AsyncDisposable {
  readonly #ports: CloudPorts
  readonly #links: ReadonlyMap<string, ToxicLink>
  readonly #toxiproxy: Toxiproxy | undefined
  /** The broker needs one more for each link to it: Kafka's clients go where the broker says that it is. */
  readonly brokerListeners: readonly { readonly port: number; readonly advertisedPort: number }[]

  private constructor(ports: CloudPorts, links: ReadonlyMap<string, ToxicLink>, toxiproxy: Toxiproxy | undefined, brokerListeners: CloudLinks['brokerListeners']) {
    this.#ports = ports
    this.#links = links
    this.#toxiproxy = toxiproxy
    this.brokerListeners = brokerListeners
  }

  static async start(plans: readonly LinkPlan[], ports: CloudPorts): Promise<CloudLinks> {
    if (plans.length === 0) return new CloudLinks(ports, new Map(), undefined, [])
    const toxiproxy = await Toxiproxy.start()
    const [links, listeners] = [new Map<string, ToxicLink>(), []] as [Map<string, ToxicLink>, { port: number; advertisedPort: number }[]]
    for (const { from, to } of plans) {
      const upstream = to === 'broker' ? await freePort() : portOf(ports, to)
      const link = await toxiproxy.link({ name: nameOf(from, to), upstream: `127.0.0.1:${upstream}`, port: await freePort() })
      links.set(link.name, link)
      if (to === 'broker') listeners.push({ port: upstream, advertisedPort: link.port })
    }
    return new CloudLinks(ports, links, toxiproxy, listeners)
  }

  /** `host:port` by which the one reaches the other. */
  address(from: LinkPlan['from'], to: LinkPlan['to']): string {
    return this.#links.get(nameOf(from, to))?.address ?? `127.0.0.1:${portOf(this.#ports, to)}`
  }

  link(from: LinkPlan['from'], to: LinkPlan['to']): ToxicLink {
    const link = this.#links.get(nameOf(from, to))
    if (link === undefined) throw new Error(`${from} reaches ${to} straight: plan a link for it (option \`through\`)`)
    return link
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#toxiproxy?.[Symbol.asyncDispose]()
  }
}

function nameOf(from: string, to: string): string {
  return `${from}-to-${to}`
}

function portOf(ports: CloudPorts, to: LinkPlan['to']): number {
  if (to === 'broker' || to === 'database' || to === 'engines') return ports[to]
  const [service, index] = to.split('-')
  const port = Object.entries(ports.replicas).find(([name]) => name === service)?.[1][Number(index)]
  if (port === undefined) throw new Error(`there is no place for ${to}`)
  return port
}
