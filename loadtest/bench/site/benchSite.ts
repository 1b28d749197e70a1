import { BrumeClient, type ChainResource, type NewChain } from '@brume/client'
import type { PartsCpu } from '../probes/partsCpu.ts'
import { boundDevice, type BoundDevice } from './boundDevice.ts'

const LIMIT_MS = 120_000
/** Characters of the platform's output that a failure shows. */
const OUTPUT_SHOWN = 2_000

export { PAYLOAD_BYTES, signed, type BoundDevice } from './boundDevice.ts'

/** Where a tenant's token and its clients' requests go. */
export interface Entrance {
  readonly url: string
  readonly token: string
}

/** A deployment that is measured, in the fog or in the cloud, with what a tenant would set up through the public API. */
export abstract class BenchSite implements AsyncDisposable {
  readonly client: BrumeClient
  readonly url: string
  /** Of the tenant whose chains they are. */
  readonly token: string
  /** Between two looks at the size of a ledger, ms: a look costs what is measured. */
  protected readonly lookEveryMs: number = 5

  protected constructor({ url, token }: Entrance) {
    this.url = url
    this.token = token
    this.client = new BrumeClient({ url, token })
  }

  /** Of all its processes, since they began. */
  abstract cpu(): PartsCpu

  /** What has ended by itself, with the last that it wrote; empty while all is well. */
  abstract gone(): string

  /** EVENT_LOG_URL, for who appends beside ingest. */
  abstract readonly eventLogUrl: string

  /** The end of what the services have written. */
  protected abstract output(): string

  abstract [Symbol.asyncDispose](): Promise<void>

  get port(): number {
    return Number(new URL(this.url).port)
  }

  async chain(chain: Omit<NewChain, 'name'> = {}): Promise<ChainResource> {
    const { id } = await this.client.createChain({ name: 'bench', ...chain })
    return this.client.waitForChain(id, 'ready', { limitMs: LIMIT_MS })
  }

  /** Registered, bound and known to ingest: its first reading has been accepted. */
  device(chain: ChainResource): Promise<BoundDevice> {
    return boundDevice(this.client, chain.id)
  }

  async devices(chain: ChainResource, count: number): Promise<BoundDevice[]> {
    const devices: BoundDevice[] = []
    for (let i = 0; i < count; i++) devices.push(await this.device(chain))
    return devices
  }

  async ledgerSize(chainId: string): Promise<number> {
    return (await this.client.chain(chainId)).ledger.size
  }

  /** All that was accepted is in the ledger. The limit counts from the last time that it grew. */
  async untilLedgerHas(chainId: string, size: number): Promise<void> {
    let [seen, endMs] = [-1, 0]
    for (;;) {
      const now = await this.ledgerSize(chainId)
      if (now >= size) return
      if (now > seen) [seen, endMs] = [now, performance.now() + LIMIT_MS]
      else if (performance.now() > endMs) throw new Error(`the ledger does not get from ${now} to ${size} entries; the platform wrote last:\n${this.output().slice(-OUTPUT_SHOWN)}`)
      await new Promise((resolve) => setTimeout(resolve, this.lookEveryMs))
    }
  }
}
