import { CloudSite, type CloudSiteOptions, type LinkPlan } from '@brume/cloud'
import { serviceNames, waitUntil } from '@brume/testing'
import { join } from 'node:path'
import { Site } from '../../site.ts'
import { accountOf, isSettled, type Account } from '../account/account.ts'
import type { Blindness } from '../account/sight.ts'
import type { LedgerFollower } from '../account/ledgerFollower.ts'
import { Traffic, type Mark, type WaitingOptions } from '../traffic/traffic.ts'
import { freshFollower, newChain, newDevice, type DrillChain } from './chains.ts'
import { SmallDisk } from './smallDisk.ts'

/** After a fault is mended: until every device has a promise again, and until all promises are kept, ms. */
const ANSWERED_LIMIT_MS = 120_000
const SETTLED_LIMIT_MS = 120_000

/** A promise gives 10.5 s from its reading (chains.ts). With so long left, its reading is about 4 s old. */
const AHEAD_MS = 6_500

/** Between two readings of a device that waits. Each reading of a direct chain is a transaction. */
const EVERY_MS = { batched: 60, direct: 250 }

/** Enough for the drill, and soon full with a ballast. */
const DISK_BYTES = { broker: 256 * 2 ** 20, database: 384 * 2 ** 20 }

/** Each connection that a row cuts goes through Toxiproxy, for every replica that may run. */
const links: readonly LinkPlan[] = [
  ...(['ingest-0', 'ingest-1', 'ledger-0', 'ledger-1', 'ledger-2'] as const).map((from): LinkPlan => ({ from, to: 'broker' })),
  ...(['auth-0', 'ledger-0', 'ledger-1', 'ledger-2'] as const).map((from): LinkPlan => ({ from, to: 'database' })),
  ...(['ledger-0', 'ledger-1', 'ledger-2'] as const).map((from): LinkPlan => ({ from, to: 'engines' })),
  ...(['ingest-0', 'ingest-1'] as const).map((to): LinkPlan => ({ from: 'edge', to })),
]

export interface DrillSiteOptions {
  readonly folder: string
  readonly smallDisks: boolean
  readonly onProgress: (line: string) => void
  readonly signal: AbortSignal
}

/** A cloud with devices that send to it, and an eye on every ledger. */
export class DrillSite implements AsyncDisposable {
  readonly cloud: CloudSite
  readonly api: Site
  readonly traffic: Traffic
  readonly chains: readonly DrillChain[]
  readonly disks: Readonly<Partial<Record<'broker' | 'database', SmallDisk>>>
  readonly #stack: AsyncDisposableStack
  /** Before this place in the book everything is anchored. */
  #settled = 0

  private constructor(parts: Pick<DrillSite, 'cloud' | 'api' | 'traffic' | 'chains' | 'disks'>, stack: AsyncDisposableStack) {
    this.cloud = parts.cloud
    this.api = parts.api
    this.traffic = parts.traffic
    this.chains = parts.chains
    this.disks = parts.disks
    this.#stack = stack
  }

  /** Whatever goes wrong, nothing is left running. */
  static async start(options: DrillSiteOptions): Promise<DrillSite> {
    await using stack = new AsyncDisposableStack()
    const disks = options.smallDisks ? smallDisks(options.folder, stack) : {}
    const cloud = stack.use(await CloudSite.start(cloudOptions(options)))
    const api = new Site(() => cloud.url, await cloud.tenantToken())
    const chains: DrillChain[] = []
    // One after another: each gets the partition that has the fewest.
    for (const mode of ['batched', 'batched', 'direct'] as const) chains.push(await newChain(api, mode))
    const traffic = stack.use(await trafficOn(api, cloud, chains))
    for (const { follower } of chains) stack.use(follower.follow())
    return new DrillSite({ cloud, api, traffic, chains, disks }, stack.move())
  }

  followerOf = (chain: string): LedgerFollower => {
    const found = this.chains.find(({ id }) => id === chain)
    if (found === undefined) throw new Error(`the drill has no chain ${chain}`)
    return found.follower
  }

  get devicesThatWait(): ReadonlySet<string> {
    return new Set(this.traffic.waiting.map(({ device }) => device.id))
  }

  /** Every device gets promises again. */
  async answersAll(): Promise<void> {
    const mark = this.traffic.mark()
    await waitUntil('every device is acknowledged again', () => this.traffic.allAnswered(mark), { limitMs: ANSWERED_LIMIT_MS })
  }

  /** The ledgers keep up: nothing waits that was promised more than a moment ago. What an earlier fault cost is not to be laid to the next. */
  async keepsUp(): Promise<void> {
    const { promised } = this.traffic.book
    await waitUntil('the ledgers keep up', () => {
      while (isSettled(promised.slice(this.#settled, this.#settled + 1), this.followerOf) && this.#settled < promised.length) this.#settled++
      return (promised[this.#settled]?.anchorByMs ?? Infinity) > Date.now() + AHEAD_MS
    }, { limitMs: SETTLED_LIMIT_MS, everyMs: 250 })
  }

  /** What became of all that was promised between the two marks. Waits until it is all in the ledgers and anchored; the account says what is not. */
  async accountBetween(from: Mark, to: Mark): Promise<Account> {
    const promised = this.traffic.book.promised.slice(from.promised, to.promised)
    await waitUntil('all is anchored', () => isSettled(promised, this.followerOf), { limitMs: SETTLED_LIMIT_MS }).catch(() => undefined)
    return accountOf(promised, this.followerOf, this.devicesThatWait, Date.now())
  }

  /** Every ledger read anew from its first entry: what it says now, not what was noted on the way. */
  async accountAnew(): Promise<Account> {
    const fresh = new Map(this.chains.map((chain) => [chain.id, freshFollower(this.api, chain)]))
    for (const follower of fresh.values()) await follower.look()
    const of = (chain: string): LedgerFollower => fresh.get(chain) ?? this.followerOf(chain)
    const { late: _, latestMs: __, ...rest } = accountOf(this.traffic.book.promised, of, this.devicesThatWait, Date.now())
    const { late, latestMs } = accountOf(this.traffic.book.promised, this.followerOf, this.devicesThatWait, Date.now())
    return { ...rest, late, latestMs }
  }

  /** Longest time in which a ledger could not be read, since the last call. */
  takeBlindness(): Blindness {
    return this.chains.map(({ follower }) => follower.sight.take()).reduce((longest, one) => (one.ms > longest.ms ? one : longest))
  }

  /** The last of what each part wrote, for whoever looks into a row that failed. */
  get outputs(): Record<string, string> {
    const { broker, database, engineHost } = this.cloud
    const replicas = serviceNames.flatMap((service) => [0, 1, 2].map((index) => this.cloud.replica(service, index)))
    return Object.fromEntries([broker, database, engineHost, ...replicas].filter(({ runs }) => runs).map(({ name, part }) => [name, part.output]))
  }

  get contradictions(): string[] {
    return this.chains.flatMap(({ follower }) => follower.contradictions)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stack.disposeAsync()
  }
}

function smallDisks(folder: string, stack: AsyncDisposableStack): DrillSite['disks'] {
  const mounted = (name: 'broker' | 'database'): SmallDisk => stack.use(SmallDisk.mount(join(folder, name), DISK_BYTES[name]))
  return { broker: mounted('broker'), database: mounted('database') }
}

function cloudOptions({ folder, onProgress, signal }: DrillSiteOptions): CloudSiteOptions {
  return {
    folder, onProgress, signal, through: links,
    // The write-ahead log must fit on the small disk beside the tables.
    database: { settings: { max_wal_size: '80MB', min_wal_size: '32MB' } },
    onGone: (part, { code, signal: by }, output) => onProgress(`${part} has ended by itself (${by ?? `exit ${code}`}): ${lastLine(output)}`),
  }
}

function lastLine(output: string): string {
  return output.trim().split('\n').at(-1)?.slice(0, 300) ?? ''
}

async function trafficOn(api: Site, cloud: CloudSite, chains: readonly DrillChain[]): Promise<Traffic> {
  const device = async ({ id, mode }: DrillChain): Promise<WaitingOptions> => ({ ...await newDevice(api, id), everyMs: EVERY_MS[mode] })
  const waiting = await Promise.all(chains.map(device))
  const streaming = await Promise.all(chains.filter(({ mode }) => mode === 'batched').map(({ id }) => newDevice(api, id)))
  return new Traffic({ url: () => cloud.url, waiting, streaming })
}
