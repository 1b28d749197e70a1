import { BrumeClient, enrolDevice, type ChainResource, type NewChain } from '@brume/client'
import { makeBindingRequest } from '@brume/envelope'
import { ReadingPool, samplePayload, startPlatform, waitUntil, type RunningPlatform, type SignedReading } from '@brume/testing'
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const LIMIT_MS = 120_000
/** Characters of the platform's output that a failure shows. */
const OUTPUT_SHOWN = 2_000
export const PAYLOAD_BYTES = 150

export interface BoundDevice {
  readonly id: string
  readonly pool: ReadingPool
}

export interface SiteOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly command?: readonly [string, ...string[]]
  /** Where an earlier site of the same measurement left its data. */
  readonly data?: string
}

/** A platform of its own, in a folder of its own, with what a tenant would set up through the public API. */
export class BenchSite implements AsyncDisposable {
  readonly platform: RunningPlatform
  readonly client: BrumeClient
  /** From the start of the command to its line `ready URL`, ms. */
  readonly startMs: number

  private constructor(platform: RunningPlatform, client: BrumeClient, startMs: number) {
    this.platform = platform
    this.client = client
    this.startMs = startMs
  }

  static async start(folder: string, { env = {}, command, data = mkdtempSync(join(folder, 'site-')) }: SiteOptions = {}): Promise<BenchSite> {
    const beganMs = performance.now()
    const platform = await startPlatform({ data, env: { LOG_LEVEL: 'warn', ...env }, ...(command && { command }) })
    const startMs = performance.now() - beganMs
    return new BenchSite(platform, new BrumeClient({ url: platform.url, token: await platform.tenantToken() }), startMs)
  }

  get port(): number {
    return Number(new URL(this.platform.url).port)
  }

  async chain(chain: Omit<NewChain, 'name'> = {}): Promise<ChainResource> {
    const { id } = await this.client.createChain({ name: 'bench', ...chain })
    return this.client.waitForChain(id, 'ready', { limitMs: LIMIT_MS })
  }

  /** Registered, bound and known to ingest: its first reading has been accepted. */
  async device(chain: ChainResource): Promise<BoundDevice> {
    const { id, publicJwk, privateJwk, signer } = await enrolDevice(this.client, 'bench')
    const request = Buffer.from(await makeBindingRequest({ chain: chain.id, iat: nowS(), jwk: publicJwk }, signer)).toString('latin1')
    // The ledger learns of a new device a moment after auth has registered it, and ingest of a binding a moment after the ledger has it.
    await waitUntil('the binding', () => this.client.bindDevice(chain.id, id, request), { limitMs: LIMIT_MS })
    const device = { id, pool: new ReadingPool({ chain: chain.id, device: id, privateJwk }) }
    const [first] = signed(device, 1)
    if (first) await waitUntil('the first reading', () => this.client.sendReading(Buffer.from(first.envelope, 'latin1')), { limitMs: LIMIT_MS })
    return device
  }

  async devices(chain: ChainResource, count: number): Promise<BoundDevice[]> {
    const devices: BoundDevice[] = []
    for (let i = 0; i < count; i++) devices.push(await this.device(chain))
    return devices
  }

  async ledgerSize(chainId: string): Promise<number> {
    return (await this.client.chain(chainId)).ledger.size
  }

  /** All that was accepted is in the ledger. */
  async untilLedgerHas(chainId: string, size: number): Promise<void> {
    const look = async () => (await this.ledgerSize(chainId)) >= size
    await waitUntil(`${size} entries in the ledger`, look, { limitMs: LIMIT_MS, everyMs: 5 }).catch((cause: unknown) => {
      throw new Error(`the ledger does not get to ${size} entries; the platform wrote last:\n${this.platform.output.slice(-OUTPUT_SHOWN)}`, { cause })
    })
  }

  /** May be called again. */
  async stop(): Promise<void> {
    await this.platform.stop()
  }

  /** Stops, and the data goes. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
    rmSync(this.platform.data, { recursive: true, force: true, maxRetries: 3 })
  }
}

/** The next readings of a device, 150 bytes each. */
export function signed({ pool }: BoundDevice, count: number): SignedReading[] {
  return pool.take(count, (at) => samplePayload(at, PAYLOAD_BYTES), nowS())
}

function nowS(): number {
  return Math.floor(Date.now() / 1_000)
}
