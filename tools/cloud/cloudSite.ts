import { EdgeProxy, EngineHost, KafkaBroker, PostgresServer, serviceNames, startCommand, startPlatform, type KafkaOptions, type PostgresOptions, type ReplicaUrls, type RunningPlatform, type ServiceName, type ToxicLink } from '@brume/testing'
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { CloudLinks, type LinkPlan } from './cloudLinks.ts'
import { chooseCloudPorts, MOST_REPLICAS, type CloudPorts, type ReplicaName } from './cloudPorts.ts'
import { cloudSecrets, type CloudSecrets } from './cloudSecrets.ts'
import { Place, type SiteListener } from './place.ts'
import { replicaEnvironment } from './replicaEnvironment.ts'

export interface CloudSiteOptions {
  /** Everything that the parts keep; the same one again goes on with what was there. */
  readonly folder: string
  /** Default: 1 × auth, 2 × ingest, 2 × ledger. At most three each. */
  readonly replicas?: Partial<Record<ServiceName, number>>
  /** More for every replica. */
  readonly env?: Readonly<Record<string, string>>
  readonly broker?: Partial<KafkaOptions>
  readonly database?: Partial<PostgresOptions>
  /** Default: any free ones. */
  readonly ports?: { readonly edge?: number }
  /** Connections that go through Toxiproxy. */
  readonly through?: readonly LinkPlan[]
  readonly onProgress?: (line: string) => void
  /** Hears of a part that has ended by itself. Nothing is restarted: whoever wants that asks for it. */
  readonly onGone?: SiteListener['gone']
  /** Ends a start that is under way, as soon as the parts that are starting have come up. */
  readonly signal?: AbortSignal
}

/** Of one replica, at one start. */
export interface ReplicaWishes {
  readonly env?: Readonly<Record<string, string>>
  /** Goes before the command, such as `['faketime', '+1h']`. */
  readonly wrapper?: readonly [string, ...string[]]
}

const DATABASE = 'brume'
const ORIGIN = 'cloud.brume.local'

type ReplicaPlace = Place<RunningPlatform, [wishes?: ReplicaWishes]>

/** All parts of a cloud on one machine: each a real program, each in a process of its own, one URL in front. */
export class CloudSite implements AsyncDisposable {
  readonly broker: Place<KafkaBroker>
  readonly database: Place<PostgresServer>
  readonly engineHost: Place<EngineHost>
  readonly edge: Place<EdgeProxy>
  readonly folder: string
  readonly origin: string
  readonly #options: CloudSiteOptions
  readonly #ports: CloudPorts
  readonly #links: CloudLinks
  readonly #secrets: CloudSecrets
  readonly #replicas: ReadonlyMap<ReplicaName, ReplicaPlace>
  #databaseRoles = ''

  private constructor(options: CloudSiteOptions, ports: CloudPorts, links: CloudLinks) {
    const [folder, listener] = [resolve(options.folder), { progress: options.onProgress ?? (() => undefined), gone: options.onGone ?? (() => undefined) }]
    this.#options = options
    this.#ports = ports
    this.#links = links
    this.folder = folder
    this.origin = options.env?.['BRUME_ORIGIN'] ?? ORIGIN
    this.#secrets = cloudSecrets(folder)
    this.broker = new Place('broker', () => KafkaBroker.start({ dataDir: join(folder, 'broker'), port: ports.broker, proxied: links.brokerListeners, ...options.broker }), listener)
    this.database = new Place('database', () => this.#startDatabase(), listener)
    this.engineHost = new Place('engine host', () => EngineHost.start({ dataDir: join(folder, 'engines'), port: ports.engines }), listener)
    this.edge = new Place('edge', () => EdgeProxy.start({ dataDir: join(folder, 'edge'), port: ports.edge, replicas: this.#urlsForEdge() }), listener)
    this.#replicas = new Map(serviceNames.flatMap((service) => ports.replicas[service].map((_, index): [ReplicaName, ReplicaPlace] => {
      const name = `${service}-${index}` as const
      return [name, new Place(name, (wishes?: ReplicaWishes) => this.#startReplica(service, index, wishes), listener)]
    })))
  }

  /** Returns once the edge has a ready replica of every service. A failed start leaves nothing running. */
  static async start(options: CloudSiteOptions): Promise<CloudSite> {
    mkdirSync(options.folder, { recursive: true, mode: 0o700 })
    const ports = await chooseCloudPorts(options.ports)
    const site = new CloudSite(options, ports, await CloudLinks.start(options.through ?? [], ports))
    try {
      await site.#startAll()
      return site
    } catch (error) {
      await site.stop()
      throw error
    }
  }

  /** Where clients come in. */
  get url(): string {
    return this.edge.part.url
  }

  get operatorToken(): string {
    return this.#secrets.operatorToken
  }

  /** Of the first tenant: the replica of auth that made it keeps it in its folder. */
  tenantToken(): Promise<string> {
    return this.replica('auth', 0).part.tenantToken()
  }

  replica(service: ServiceName, index: number): ReplicaPlace {
    const place = this.#replicas.get(`${service}-${index}`)
    if (place === undefined) throw new Error(`there are places for ${MOST_REPLICAS} replicas of ${service}, from 0: not for ${index}`)
    return place
  }

  /** Those that run now. */
  running(service: ServiceName): RunningPlatform[] {
    return this.#placesOf(service).filter(({ runs }) => runs).map(({ part }) => part)
  }

  /** Starts or stops replicas, the last first, until the first `count` run. */
  async scale(service: ServiceName, count: number): Promise<void> {
    if (count > 0) this.replica(service, count - 1)
    const places = this.#placesOf(service)
    await settled(places.slice(0, count).filter(({ runs }) => !runs).map((place) => place.start()))
    for (const place of places.slice(count).reverse()) await place.stop()
  }

  /** One after another, each ready before the next ends. */
  async rollingRestart(service: ServiceName): Promise<void> {
    for (const place of this.#placesOf(service).filter(({ runs }) => runs)) await place.restart()
  }

  /** A connection that was planned with `through`. */
  link(from: LinkPlan['from'], to: LinkPlan['to']): ToxicLink {
    return this.#links.link(from, to)
  }

  /** In order: nobody comes in, what was taken is finished, then what it stands on. Goes on where one cannot be stopped. */
  async stop(): Promise<void> {
    await using stack = new AsyncDisposableStack() // the last that is put on it is the first that ends
    for (const part of [this.#links, this.database, this.broker, this.engineHost]) stack.use(part)
    stack.defer(() => settled([...this.#replicas.values()].map((place) => place.stop())))
    stack.use(this.edge)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  async #startAll(): Promise<void> {
    const { replicas: counts, signal } = this.#options
    await settled([this.database.start(), this.broker.start(), this.engineHost.start()])
    signal?.throwIfAborted()
    await settled(serviceNames.map((service) => this.scale(service, { auth: 1, ingest: 2, ledger: 2, ...counts }[service])))
    signal?.throwIfAborted()
    await this.edge.start()
  }

  async #startDatabase(): Promise<PostgresServer> {
    const server = await PostgresServer.start({ dataDir: join(this.folder, 'database'), port: this.#ports.database, ...this.#options.database })
    try {
      this.#databaseRoles = (await server.provision(DATABASE)).rolesDir
      return server
    } catch (error) {
      await server[Symbol.asyncDispose]()
      throw error
    }
  }

  #startReplica(service: ServiceName, index: number, { env = {}, wrapper }: ReplicaWishes = {}): Promise<RunningPlatform> {
    const name = `${service}-${index}` as const
    const shared = { secrets: this.#secrets, origin: this.origin, database: DATABASE, databaseRoles: this.#databaseRoles, engineTokenFile: this.engineHost.part.tokenFile }
    return startPlatform({
      data: join(this.folder, 'replicas', name),
      port: this.#ports.replicas[service][index],
      args: ['--services', service],
      env: { ...replicaEnvironment(name, this.#links, shared), ...this.#options.env, ...env },
      command: [...(wrapper ?? []), ...startCommand('start:replica').command] as [string, ...string[]], // startCommand's is never empty
    })
  }

  #placesOf(service: ServiceName): ReplicaPlace[] {
    return this.#ports.replicas[service].map((_, index) => this.replica(service, index))
  }

  #urlsForEdge(): ReplicaUrls {
    const urls = (service: ServiceName): string[] => this.#ports.replicas[service].map((_, index) => `http://${this.#links.address('edge', `${service}-${index}`)}`)
    return { auth: urls('auth'), ingest: urls('ingest'), ledger: urls('ledger') }
  }
}

/** All have ended, well or not, before the first failure is thrown: nothing is left starting. */
async function settled(works: readonly Promise<unknown>[]): Promise<void> {
  for (const outcome of await Promise.allSettled(works)) if (outcome.status === 'rejected') throw outcome.reason
}
