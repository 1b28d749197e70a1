import { CloudSite, type CloudSiteOptions } from '@brume/cloud'
import { waitUntil, type BrokerCluster, type ServiceName } from '@brume/testing'
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { PartsCpu } from '../probes/partsCpu.ts'
import { cpuUsOf, treeCpuUsOf } from '../probes/processUsage.ts'
import { sum } from '../statistics.ts'
import { BenchSite, type BoundDevice, type Entrance } from './benchSite.ts'
import { endedByItself } from './endedByItself.ts'

export interface CloudBenchOptions {
  /** Default: 1 × auth, 2 × ingest, 2 × ledger, as `npm run cloud` has it. */
  readonly replicas?: CloudSiteOptions['replicas']
  /** Partitions of `entries`. */
  readonly partitions?: number
  /** Several brokers; the site starts the first of them, as its own. */
  readonly brokers?: BrokerCluster
  /** More for every replica. */
  readonly env?: Readonly<Record<string, string>>
  /** Ends a start that is under way. */
  readonly signal?: AbortSignal
  readonly progress: (line: string) => void
}

export const PARTITIONS = 4
/** As CloudSite names it. */
export const DATABASE = 'brume'
/** The JIT that a server has, and a heap for the load; tests start quicker with less. */
export const brokerSettings = { optimized: true, heap: '512m' }
/** What an administrator gives a small server. fsync and full_page_writes are as shipped: on. */
const databaseSettings = { shared_buffers: '512MB', max_wal_size: '4GB', checkpoint_timeout: '15min' }

const READY_LIMIT_MS = 60_000

/** A whole cloud on this machine, entered by the one URL of its edge, as clients do. */
export class CloudBenchSite extends BenchSite {
  readonly cloud: CloudSite
  readonly #brokers: BrokerCluster | undefined
  readonly #gone: readonly string[]
  protected override readonly lookEveryMs = 20

  private constructor(cloud: CloudSite, entrance: Entrance, brokers: BrokerCluster | undefined, gone: readonly string[]) {
    super(entrance)
    this.cloud = cloud
    this.#brokers = brokers
    this.#gone = gone
  }

  static async start(folder: string, { replicas, partitions = PARTITIONS, brokers, env, signal, progress }: CloudBenchOptions): Promise<CloudBenchSite> {
    const [startMs, gone] = [performance.now(), new Array<string>()]
    const cloud = await CloudSite.start({
      folder: mkdtempSync(join(folder, 'cloud-')),
      env: { LOG_LEVEL: 'warn', ENTRIES_PARTITIONS: String(partitions), ...(brokers && { EVENT_LOG_URL: brokers.eventLogUrl }), ...env },
      broker: { ...brokerSettings, ...brokers?.first },
      database: { settings: databaseSettings },
      onGone: (part, exit, output) => {
        gone.push(endedByItself(part, exit, output))
        progress(gone.at(-1) ?? '')
      },
      ...(replicas && { replicas }),
      ...(signal && { signal }),
    })
    progress(`the cloud is up after ${((performance.now() - startMs) / 1_000).toFixed(0)} s`)
    return new CloudBenchSite(cloud, { url: cloud.url, token: await cloud.tenantToken() }, brokers, gone)
  }

  /** Chains on different partitions while there are any: the ledger gives a new chain the emptiest one. */
  async chainsWithDevices(chains: number, devices: number, settings: Parameters<BenchSite['chain']>[0] = {}): Promise<BoundDevice[]> {
    const bound: BoundDevice[][] = []
    for (let i = 0; i < chains; i++) bound.push(await this.devices(await this.chain(settings), devices))
    // The chains take turns, not only the devices.
    return Array.from({ length: devices }, (_, at) => bound.flatMap((of) => of.slice(at, at + 1))).flat()
  }

  /** Returns once the edge sends requests to exactly as many. */
  async scale(service: ServiceName, count: number): Promise<void> {
    await this.cloud.scale(service, count)
    await waitUntil(`${count} × ${service}`, async () => (await this.#up(service)) === count, { limitMs: READY_LIMIT_MS })
  }

  /** SIGSTOP for every replica, as when their machines hang: connections stay, nobody answers. */
  pause(service: ServiceName): void {
    for (const replica of this.cloud.running(service)) replica.pause()
  }

  resume(service: ServiceName): void {
    for (const replica of this.cloud.running(service)) replica.resume()
  }

  override cpu(): PartsCpu {
    const { engineHost, edge, broker, database } = this.cloud
    const [auth, ingest, ledger] = [this.#cpuOf('auth'), this.#cpuOf('ingest'), this.#cpuOf('ledger')]
    return {
      auth, ingest, ledger, services: auth + ingest + ledger,
      broker: cpuUsOf(broker.part.pid) + sum((this.#brokers?.otherPids ?? []).map(cpuUsOf)),
      database: treeCpuUsOf(database.part.pid),
      edge: cpuUsOf(edge.part.pid),
      engines: sum([engineHost.part.pid, ...engineHost.part.engines].map(cpuUsOf)),
    }
  }

  /** `host:port` of each broker, as its clients have it. */
  get bootstrap(): readonly string[] {
    return this.#brokers?.bootstrap ?? [this.cloud.broker.part.bootstrap]
  }

  override gone(): string {
    return this.#gone.join('\n')
  }

  override get eventLogUrl(): string {
    return this.#brokers?.eventLogUrl ?? `kafka://${this.bootstrap.join(',')}?brokers=single`
  }

  protected override output(): string {
    return this.cloud.running('ledger').map(({ output }) => output.slice(-1_000)).join('\n')
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    for (const service of ['auth', 'ingest', 'ledger'] as const) this.resume(service) // one that is held still hears no SIGTERM
    await this.cloud.stop()
    rmSync(this.cloud.folder, { recursive: true, force: true, maxRetries: 3 })
  }

  #cpuOf(service: ServiceName): number {
    return sum(this.cloud.running(service).map(({ pid }) => cpuUsOf(pid)))
  }

  async #up(service: ServiceName): Promise<number> {
    return Object.entries(await this.cloud.edge.part.servers()).filter(([name, state]) => name.startsWith(`${service}-`) && state === 'UP').length
  }
}
